#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of the module's pure C files: builds them, runs them under the sanitizers
# and merges their TAP. O and LKM: see the Makefile.

cd "$(dirname "$0")" || exit 1
O=${O:-build} LKM=${LKM:-../../lkm}
export CMOCKA_MESSAGE_OUTPUT=TAP ASAN_OPTIONS=detect_leaks=1

if ! { mkdir -p "$O" && flock "$O" make -s O="$O" LKM="$LKM" all >&2; }; then
	printf "not ok 1 - the unit tests build\n1..1\n"
	exit 1
fi
read -ra programs < <(make -s O="$O" LKM="$LKM" list)

# TSan needs an address space without randomization.
runner=()
if setarch -R true 2>/dev/null; then
	runner=(setarch -R)
fi

number=0 bad=0
report()	# VERDICT NAME
{
	echo "$1 $((++number)) - $2"
	[ "$1" = ok ] || bad=1
}

# Print the results of one program with its name; its other output as comments.
relay()		# NAME
{
	local line plan=none done=0 failed=0

	while IFS= read -r line; do
		case $line in
		1..*)		plan=${line#1..} ;;
		"ok "*)		report ok "$1: ${line#*- }"; ((++done)) ;;
		"not ok "*)	report "not ok" "$1: ${line#*- }"; ((++done, ++failed)) ;;
		"exit code "*)	break ;;
		"# ok - "*)	;;
		?*)		echo "# ${line#\# }" ;;
		esac
	done
	if [ "$done" != "$plan" ]; then
		report "not ok" "$1: $done of $plan tests finished"
	elif [ "$line" != "exit code 0" ] && [ "$failed" -eq 0 ]; then
		# A leak, or a race.
		report "not ok" "$1: $line"
	fi
}

for program in "${programs[@]}"; do
	name=${program#"$O"/}
	relay "${name%_test}" < <(
		"${runner[@]}" "$program" 2>&1
		printf '\nexit code %d\n' "$?"
	)
done
echo "1..$number"
exit $bad
