#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The probe, and attaching to hooks. Builds a second module that attaches itself after ashiato, and
# one that makes functions of the kernel fail.

. "$(dirname "$0")/../lib.sh"

kernels=${1:-5.10,6.1,6.12,7.2} add=()

for kernel in ${kernels//,/ }; do
	behind=$("$VMDIR/build" "$kernel" --external "$VMDIR/guest/t-behind")
	add+=(--add "$behind/behind.ko:/root/behind-$kernel.ko")
	nomem=$("$VMDIR/build" "$kernel" --external "$VMDIR/guest/t-nomem")
	add+=(--add "$nomem/nomem.ko:/root/nomem-$kernel.ko")
	for name in crc16 crc32c_generic mbcache jbd2 ext4 loop fuse; do
		module=$(kernel_module "$kernel" "$name")
		[ ! -e "$module" ] || add+=(--add "$module:/modules/$name-$kernel.ko")
	done
done
exec "$VMDIR/run" --packed --smp 2 --timeout 600 --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" "${add[@]}" "$kernels" \
	"$VMDIR/guest/t-attach"
