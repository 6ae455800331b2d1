#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Comparison with TOMOYO: in one boot both learn the same lines; in a second boot TOMOYO
# enforces what ashiato learned and denies nothing. In a third boot, of the first kernel, ashiato
# has small bounds: the patterns that it makes cover each line that TOMOYO learns.

vm=$(cd "$(dirname "$0")/.." && pwd)
oracle=$(cd "$vm/../oracle" && pwd)
. "$vm/lib.sh"

build="$WORK/build/oracle" number=0 failed=0
# Modules that the kernel of the quick guest does not have built in.
modules=(binfmt_misc brd minix overlay)

# The bounds of the module: none, and small ones.
bounds=(siblings subdirectories addresses ports numbers variables words abstract targets programs depth
	domain_accesses)
unbounded="client_ports=exact ${bounds[*]/%/=0}"
unbounded=${unbounded// / max_}
depth=10
bounded="max_siblings=4 max_subdirectories=4 max_addresses=2 max_ports=2 max_numbers=2 max_variables=4
	max_words=2 max_abstract=2 max_targets=2 max_programs=8 max_depth=$depth"

# part NAME: adds the TAP on standard input to this test's, with NAME before each test name.
part()
{
	local line

	while IFS= read -r line; do
		case $line in
		1..[0-9]*) continue ;;
		"ok - "* | "not ok - "*)
			number=$((number + 1))
			[ "${line%%ok - *}" = '' ] || failed=1
			line="${line%%ok - *}ok - $1: ${line#*ok - }"
			;;
		esac
		printf '%s\n' "$line"
	done
}

# result STATUS NAME OUTPUT: prints a test, and OUTPUT when STATUS is not 0.
result()
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok - $2"
	else
		failed=1
		echo "not ok - $2"
		printf '# %s\n' "${3//$'\n'/$'\n# '}"
	fi
}

# Builds the workload and a small file system, and installs TOMOYO's tools.
make_workload()
{
	local root=$CACHE/chroot/bookworm

	"$vm/prepare" bookworm
	mkdir -p "$build"
	if [ ! -e "$root/sbin/tomoyo-loadpolicy" ]; then
		begin "installing tomoyo-tools"
		(
			take_lock chroot/bookworm
			in_chroot "$root" / apt-get -qq update
			install_in "$root" tomoyo-tools
			rm -rf "$root"/var/lib/apt/lists/*
		) >"$build/log" 2>&1 || die "cannot install tomoyo-tools: $(tail -n 3 "$build/log")"
		end
	fi
	cp "$oracle/workload.c" "$build/"
	in_chroot "$root" "$build" gcc -O2 -Wall -Wextra -static -pthread -o workload workload.c >&2
	in_chroot "$root" "$build" sh -ec 'rm -f minix; truncate -s 256k minix; /sbin/mkfs.minix minix' >"$build/log"
}

# guest MODE FOLDER BOUNDS OPTION...: boots with TOMOYO in MODE (learning or enforcing) and the
# policy in $place/FOLDER, and with ashiato with these BOUNDS.
guest()
{
	local dir=$place/$2 module
	local -a options=(--append rdinit=/oracle/start --out "$dir"
		--program /usr/sbin/tomoyo-loadpolicy --program /usr/bin/printenv
		--env "BOUNDS=${3//$'\n'/ }")

	cat >"$dir/profile" <<-END
		PROFILE_VERSION=20150505
		1-PREFERENCE={ max_audit_log=1024 max_learning_entry=65536 }
		1-CONFIG={ mode=$1 grant_log=no reject_log=yes }
	END
	echo '1-CONFIG={ mode=disabled }' >"$dir/profile.off"
	shift 3
	for module in "${modules[@]}"; do
		options+=(--add "$(kernel_module "$kernel" "$module"):/modules/$module.ko")
	done
	for module in profile profile.off domain_policy; do
		options+=(--add "$dir/$module:/oracle/$module")
	done
	"$vm/run" --timeout 600 "${options[@]}" \
		--add "$oracle/start:/oracle/start" \
		--add "$oracle/init:/bin/init" \
		--add "$oracle/tomoyo-init:/bin/tomoyo-init" \
		--add "$oracle/rows:/oracle/rows" \
		--add "$build/workload:/oracle/workload" \
		--add "$build/minix:/oracle/minix" \
		"$@" "$kernel" "$oracle/oracle" || echo "# ended with status $?"
}

learn()
{
	local learned=("$place/learning/tomoyo" "$place/learning/ashiato")

	printf '<kernel>\nuse_profile 1\n' >"$place/learning/domain_policy"
	part "$kernel, learning" < <(guest learning learning "$unbounded" --env REPLAY=)
	part "$kernel" < <("$oracle/compare" "$kernel" "${learned[@]}")
	part "$kernel, mutations" < <("$oracle/mutate" "$kernel" "${learned[@]}")
}

cover()
{
	printf '<kernel>\nuse_profile 1\n' >"$place/bounded/domain_policy"
	part "$kernel, small bounds" < <(guest learning bounded "$bounded" --env REPLAY=)
	part "$kernel, small bounds" < <("$oracle/cover" --depth "$depth" "$kernel" \
		"$place/bounded/tomoyo" "$place/bounded/ashiato")
}

enforce()
{
	local policy=$place/enforcing/domain_policy output status=0 command

	command=$("$vm/build" 6.1 -- -s command)/userspace/ashiato
	in_chroot "$CACHE/chroot/bookworm" "$place" "$command" export --format tomoyo \
		learning/ashiato 2>"$place/left-out" | "$oracle/to-tomoyo" >"$policy"
	sed 's/^/# /' "$place/left-out"
	output=$(in_chroot "$CACHE/chroot/bookworm" / tomoyo-checkpolicy d <"$policy" 2>&1)
	grep -q ' 0 Error ' <<<"$output" || status=1
	result "$status" "$kernel: tomoyo-checkpolicy accepts the exported policy" "$(tail -n 20 <<<"$output")"

	part "$kernel, enforcing" < <(guest enforcing enforcing "$unbounded" --env REPLAY=--replay)
	status=0
	output=$("$oracle/same-policy" "$policy" "$place/enforcing/tomoyo" 2>&1) || status=1
	result "$status" "$kernel: TOMOYO loaded each line of the exported policy, and created no domain" "$output"
	# The guest makes one forbidden access on purpose.
	status=0
	grep -qE '^Policy violation in enforcing mode: +1 ' "$place/enforcing/tomoyo.stat" || status=1
	output=$(grep -a -A 2 granted=no "$place/enforcing/audit" | grep -a '^[<a-z]') || status=1
	result "$status" "$kernel: TOMOYO denied nothing else" "$output"
}

make_workload
[ $# -gt 0 ] || set -- 6.1 6.12
for kernel; do
	place=$WORK/run/oracle-$kernel.policy
	"$vm/prepare" "$kernel"
	rm -rf "$place"
	mkdir -p "$place/learning" "$place/enforcing" "$place/bounded"
	learn
	enforce
	[ "$kernel" != "$1" ] || cover
done
echo "1..$number"
exit $failed
