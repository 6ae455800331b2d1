#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A hostile user: many names, programs, sockets and tasks of nobody; root is recorded as before.
#
#	FULL=1 tests/vm/t/24-attacks.t 6.1	the full attacks (an hour)
#	ATTACKS='ioctl env' tests/vm/t/24-attacks.t 6.12	some of them, on one kernel
#	ICOUNT=1 tests/vm/t/24-attacks.t	counts instructions: an open() of root may cost 10 %
#			more after an attack. Needs the QEMU of bookworm, see tests/bench/bench.

. "$(dirname "$0")/../lib.sh"

options=(--env "FULL=${FULL-}" --env "ATTACKS=${ATTACKS-}")
if [ -n "${FULL-}" ]; then
	options+=(--mem 3072 --timeout 12600)
else
	options+=(--mem 1024 --timeout 600)
fi
if [ -n "${ICOUNT-}" ]; then
	export QEMU_ROOT="$CACHE/chroot/bookworm" QEMU_THREADS=single
	options+=(--cpu 'max,-erms,-la57' --qemu -icount --qemu 'shift=0,sleep=off')
	options+=(--append 'nokaslr norandmaps' --env SLOWER=110)
fi
exec "$VMDIR/run" "${options[@]}" --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" \
	"${@:-5.10,6.1,6.12,7.2}" "$VMDIR/guest/t-attacks"
