#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# subj= and the module's audit records: with AppArmor, with SELinux, with neither.

. "$(dirname "$0")/../lib.sh"

kernels=${1:-5.10,6.1,6.12,7.2} add=()

for kernel in ${kernels//,/ }; do
	nomem=$("$VMDIR/build" "$kernel" --external "$VMDIR/guest/t-nomem")
	add+=(--add "$nomem/nomem.ko:/root/nomem-$kernel.ko")
done

boots()
{
	local lsm=$1

	shift
	"$VMDIR/run" --timeout 600 --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" --env "LSM=$lsm" "${add[@]}" "$@" \
		"$kernels" "$VMDIR/guest/t-subject" | sed "s/^\(not \)\?ok - /&$lsm: /; /^1\.\./d"
	[ "${PIPESTATUS[0]}" -eq 0 ] || echo "not ok - $lsm: run succeeds"
}

# order LSMS LABEL: where audit asks the BPF LSM first for labels.
order()
{
	"$VMDIR/run" --name "t-order-$1" --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" --env "LABEL=$2" \
		--append "lsm=landlock,lockdown,yama,integrity,$1" "$recent" "$VMDIR/guest/t-order" |
		sed "s/^\(not \)\?ok - /&$1: /; /^1\.\./d"
	[ "${PIPESTATUS[0]}" -eq 0 ] || echo "not ok - $1: run succeeds"
}

{
	boots apparmor
	boots selinux --append lsm=landlock,lockdown,yama,integrity,selinux,bpf
	boots none --append 'lsm=landlock,lockdown,yama,integrity audit=1'
	recent=$(tr , '\n' <<<"$kernels" | grep -x '6\.12\|7\..*' | paste -sd,)
	if [ -n "$recent" ]; then
		order bpf,apparmor unconfined
		order bpf ''
		order bpf,selinux '(system_u:system_r:)?kernel(_t)?(:s0)?'
		order selinux,bpf '(system_u:system_r:)?kernel(_t)?(:s0)?'
	fi
} | awk '/^(not )?ok / { n++ } { print; fflush() } END { print "1.." n }'
