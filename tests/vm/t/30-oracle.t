#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Beside TOMOYO: both learn the same in one boot, to the line; and in a second boot TOMOYO
# enforces what ashiato learned and refuses nothing.

vm=$(cd "$(dirname "$0")/.." && pwd)
oracle=$(cd "$vm/../oracle" && pwd)
. "$vm/lib.sh"

build=$WORK/build/oracle number=0 failed=0

# tap NAME COMMAND...: its TAP as a part of ours, each test with NAME before it.
tap()
{
	local name=$1 line status=0

	shift
	while IFS= read -r line; do
		case $line in
		1..[0-9]*) continue ;;
		"ok - "* | "not ok - "*)
			number=$((number + 1))
			[ "${line%%ok - *}" = '' ] || failed=1
			line="${line%%ok - *}ok - $name: ${line#*ok - }"
			;;
		esac
		printf '%s\n' "$line"
	done < <("$@" 2>&1 || echo "# ended with status $?")
	return $status
}

# check NAME COMMAND...: a test that passes when COMMAND does.
check()
{
	local name=$1 output

	shift
	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok - $name"
	else
		failed=1
		echo "not ok - $name"
		sed 's/^/# /' <<<"$output"
	fi
}

# The workload, a small file system, TOMOYO's tools.
make_workload()
{
	local root=$CACHE/chroot/bookworm

	"$vm/prepare" bookworm
	mkdir -p "$build"
	take_lock build/oracle
	if [ ! -e "$root/sbin/tomoyo-loadpolicy" ]; then
		begin "installing tomoyo-tools"
		{
			in_chroot "$root" / apt-get -qq update
			in_chroot "$root" / apt-get -qq -y --no-install-recommends install tomoyo-tools
		} >"$build/log" 2>&1 || die "cannot install tomoyo-tools: $(tail -n 3 "$build/log")"
		rm -rf "$root"/var/lib/apt/lists/*
		end
	fi
	cp "$oracle/workload.c" "$build/"
	in_chroot "$root" "$build" gcc -O2 -Wall -Wextra -static -pthread -o workload workload.c >&2
	[ -e "$build/minix" ] ||
		in_chroot "$root" "$build" sh -ec 'truncate -s 256k minix; /sbin/mkfs.minix minix' >"$build/log"
}

# kernel_module NAME: one that the quick guest has not built in, out of the full system's.
kernel_module()
{
	local dir
	local -a found

	dir="$CACHE/image/$kernel/root/usr/lib/modules/$(kernel_release "$kernel")"
	mapfile -t found < <(find "$dir" -name "$1.ko" -o -name "$1.ko.xz")
	[ ${#found[@]} -eq 1 ] || die "$1: not in $dir; is image/$kernel of another release?"
	case ${found[0]} in
	*.xz) xz -dc "${found[0]}" >"$work/$1.ko" ;;
	*) cp "${found[0]}" "$work/$1.ko" ;;
	esac
}

# guest PHASE: boots with the policy that is in $work/PHASE.
guest()
{
	local phase=$1 module
	local -a options=(--append rdinit=/oracle/start --out "$work/$phase"
		--program /usr/sbin/tomoyo-loadpolicy --program /usr/bin/printenv)

	shift
	for module in binfmt_misc brd minix; do
		options+=(--add "$work/$module.ko:/modules/$module.ko")
	done
	"$vm/run" "${options[@]}" \
		--add "$oracle/start:/oracle/start" \
		--add "$oracle/init:/bin/init" \
		--add "$oracle/tomoyo-init:/bin/tomoyo-init" \
		--add "$oracle/rows:/oracle/rows" \
		--add "$build/workload:/oracle/workload" \
		--add "$build/minix:/oracle/minix" \
		--add "$work/$phase/profile:/oracle/profile" \
		--add "$work/$phase/profile.off:/oracle/profile.off" \
		--add "$work/$phase/domain_policy:/oracle/domain_policy" \
		"$@" "$kernel" "$oracle/oracle"
}

# profiles PHASE MODE
profiles()
{
	rm -rf "${work:?}/$1"
	mkdir -p "$work/$1"
	cat >"$work/$1/profile" <<-END
		PROFILE_VERSION=20150505
		1-PREFERENCE={ max_audit_log=1024 max_learning_entry=65536 }
		1-CONFIG={ mode=$2 grant_log=no reject_log=yes }
	END
	echo '1-CONFIG={ mode=disabled }' >"$work/$1/profile.off"
}

policy_is_correct()
{
	in_chroot "$CACHE/chroot/bookworm" "$work/enforced" tomoyo-checkpolicy d <"$work/enforced/domain_policy" \
		>"$work/checkpolicy" 2>&1
	tail -n 20 "$work/checkpolicy"
	grep -qi ' 0 error ' "$work/checkpolicy"
}

# One refusal, the one on purpose.
nothing_else_was_refused()
{
	grep -a -A 2 granted=no "$work/enforced/audit" | grep -a '^[<f-n]' || true
	grep -qE '^Policy violation in enforcing mode: +1 ' "$work/enforced/tomoyo.stat"
}

one_kernel()
{
	work=$WORK/run/oracle-$kernel.policy
	mkdir -p "$work"
	"$vm/prepare" "$kernel" "image/$kernel"
	kernel_module binfmt_misc
	kernel_module brd
	kernel_module minix

	profiles learned learning
	printf '<kernel>\nuse_profile 1\n' >"$work/learned/domain_policy"
	tap "$kernel, learning" guest learned --env REPLAY=
	tap "$kernel" "$oracle/compare" "$kernel" "$work/learned/tomoyo" "$work/learned/ashiato"
	tap "$kernel, mutations" "$oracle/mutate" "$kernel" "$work/learned/tomoyo" "$work/learned/ashiato"

	profiles enforced enforcing
	"$oracle/to-tomoyo" <"$work/learned/ashiato" >"$work/enforced/domain_policy" 2>"$work/left-out"
	sed 's/^/# /' "$work/left-out"
	check "$kernel: tomoyo-checkpolicy accepts what was learned" policy_is_correct
	tap "$kernel, enforcing" guest enforced --env REPLAY=--replay
	check "$kernel: what was learned is enough" nothing_else_was_refused
}

make_workload
for kernel in ${*:-6.1 6.12}; do
	one_kernel
done
echo "1..$number"
exit $failed
