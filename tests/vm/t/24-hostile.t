#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names with special characters; executions, forks and threads that fail or are killed.

. "$(dirname "$0")/../lib.sh"

kernels=${1:-5.10,6.1,6.12,7.2} add=()

for kernel in ${kernels//,/ }; do
	module=$(kernel_module "$kernel" fuse)
	[ ! -e "$module" ] || add+=(--add "$module:/modules/fuse-$kernel.ko")
done
exec "$VMDIR/run" --smp 2 --timeout 600 --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" "${add[@]}" "$kernels" \
	"$VMDIR/guest/t-hostile"
