#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each kind of access, compared line by line; cached pathnames.

. "$(dirname "$0")/../lib.sh"

kernels=${1:-5.10,6.1,6.12,7.2} add=()

for kernel in ${kernels//,/ }; do
	for name in overlay binfmt_misc; do
		add+=(--add "$(kernel_module "$kernel" "$name"):/modules/$name-$kernel.ko")
	done
done
exec "$VMDIR/run" --timeout 600 --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" "${add[@]}" "$kernels" \
	"$VMDIR/guest/t-record"
