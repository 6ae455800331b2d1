#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# 50 times loaded and unloaded under a load of opens, forks and execs. Most of that
# is waiting for RCU: all kernels at once.

vm=$(cd "$(dirname "$0")/.." && pwd)
kernels=${1:-5.10,6.1,6.12,7.2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What has to be made first is not made twice at the same time.
"$vm/build" 6.1 --guest >/dev/null
for kernel in ${kernels//,/ }; do
	"$vm/build" "$kernel" >/dev/null
	"$vm/run" --smp 2 --mem 384 --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" \
		--env CYCLES="${CYCLES:-50}" "$kernel" "$vm/guest/t-cycles" >"$work/$kernel" ||
		echo "not ok - all went well" >>"$work/$kernel" &
done
wait
for kernel in ${kernels//,/ }; do
	sed "/^1\.\./d; s/^\(not \)\?ok - /&$kernel: /" "$work/$kernel"
done >"$work/all"
cat "$work/all"
echo "1..$(grep -cE '^(not )?ok ' "$work/all")"
