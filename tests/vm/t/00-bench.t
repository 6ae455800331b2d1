#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The bench itself: each kernel boots, and each way in which a boot can go wrong is seen.

set -uo pipefail
vm=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/boots" <<'END'
. /guest/lib.sh
plan 6
is "$(uname -r)" "$RELEASE" "the kernel is the one that was asked for"
is "$(id -u)" 0 "we are root"
ok "securityfs is mounted" test -r /sys/kernel/security/lsm
like "$(cat /sys/kernel/security/lsm)" apparmor "AppArmor is active"
is "$(nproc)" 2 "there are two CPUs"
ok "a program of guest/*.c is there" test -x /guest/loadmod
END

# must_fail NAME REGEX ARGUMENT...: a run that has to end badly, with these words.
must_fail()
{
	local name=$1 regex=$2 output

	shift 2
	count=$((count + 1))
	if output=$("$vm/run" --no-modules "$@" 2>&1); then
		echo "not ok - seen: $name"
	elif ! grep -Eq -- "$regex" <<<"$output"; then
		echo "not ok - seen: $name"
		printf '# %s\n' "${output//$'\n'/$'\n# '}"
	else
		echo "ok - seen: $name"
	fi
}

"$vm/run" --no-modules --smp 2 5.10,6.1,6.12,7.2,7.3,debug "$work/boots" >"$work/out"
grep -v '^1\.\.' "$work/out"
count=$(grep -cE '^(not )?ok ' "$work/out")

echo 'echo BUG: test >/dev/kmsg' >"$work/says-bug"
must_fail 'BUG: on the console' '^not ok - console is clean' 6.1 "$work/says-bug"

echo 'echo c >/proc/sysrq-trigger' >"$work/panics"
must_fail 'a panic' '^not ok - the script ended$' 6.12 "$work/panics"

echo 'sleep 60' >"$work/hangs"
must_fail 'a hang' '^not ok - ended within 10 s' --timeout 10 6.1 "$work/hangs"

echo 'exit 3' >"$work/exits-3"
must_fail 'a bad exit status' 'with status 0, not 3' 6.1 "$work/exits-3"

echo '. /guest/lib.sh; plan 2; ok "only one"' >"$work/one-of-two"
must_fail 'a test that did not run' 'ran 2 tests as planned, not 1' 6.1 "$work/one-of-two"

# Behind what goes on with \r, as progress does.
echo '. /guest/lib.sh; printf "9 %%\r    \r"; fail "on purpose"' >"$work/fails"
must_fail 'a failing test' '^not ok - on purpose' 6.1 "$work/fails"

echo "1..$count"
