#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `run` itself: each kernel boots, and each kind of failure in a boot fails the test. And the parts
# of `make bench` that count in the guest.

set -uo pipefail
vm=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/boots" <<'END'
. /guest/lib.sh
plan 6
is "$(uname -r)" "$RELEASE" "the requested kernel runs"
is "$(id -u)" 0 "the script runs as root"
ok "securityfs is mounted" test -r /sys/kernel/security/lsm
like "$(cat /sys/kernel/security/lsm)" apparmor "AppArmor is active"
is "$(nproc)" 2 "there are two CPUs"
ok "the programs of guest/*.c are built" test -x /guest/loadmod
END

# must_fail NAME REGEX ARGUMENT...: tests that `run` fails and that its output matches.
must_fail()
{
	local name=$1 regex=$2 output

	shift 2
	count=$((count + 1))
	if output=$("$vm/run" --no-modules "$@" 2>&1); then
		echo "not ok - detected: $name"
	elif ! grep -Eq -- "$regex" <<<"$output"; then
		echo "not ok - detected: $name"
		printf '# %s\n' "${output//$'\n'/$'\n# '}"
	else
		echo "ok - detected: $name"
	fi
}

cat >"$work/counts" <<'END'
. /guest/lib.sh
# costs [OPTION...]: runs bench and prints its lines, without the costs themselves
costs()
{
	/guest/bench "$@" >/tmp/costs
	sed 's/\(made, removed\|th\|again\|port\|boot\)\t[1-9][0-9]*$/\1/; /^UDP/d' /tmp/costs
}
/guest/bench make 1000
load_module record=off max_siblings=0 max_ports=0 max_domain_accesses=0 client_ports=exact
name="name in a folder, 130th to 100,000th"
again="open+close of these files again"
tcp="TCP connection, new client port"
is "$(costs bounds -n 1000)" "$name
$name: new entries	871
$name: records	0
$again
$again: new entries	0
$again: records	0
$tcp
$tcp: new entries	2000
$tcp: records	0" "bench: new names and ports make entries without the bounds"
cd /tmp
is "$(costs links -n 10)" "hard link made, removed" "bench: links"
is "$(costs booted)" "boot" "bench: the processor was busy"
END

"$vm/run" --no-modules --smp 2 5.10,6.1,6.12,7.2,7.3,debug "$work/boots" >"$work/out"
"$vm/run" 6.1 "$work/counts" >>"$work/out"
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

# On a line that begins with \r, as after a progress display.
echo '. /guest/lib.sh; printf "9 %%\r    \r"; fail "on purpose"' >"$work/fails"
must_fail 'a failing test' '^not ok - on purpose' 6.1 "$work/fails"

echo "1..$count"
