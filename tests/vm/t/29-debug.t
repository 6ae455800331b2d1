#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The guest tests on the debug kernel: no warning, no leak, debug_locks still 1.

. "$(dirname "$0")/../lib.sh"

scripts=${SCRIPTS:-t-attach t-record t-receive t-shared t-subject t-interface t-transition}
smp=${SMP:-1}
add=(--add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" --add "$VMDIR/guest/t-exits:/guest/t-exits" --env "SCRIPTS=$scripts" --env "CPUS=$smp"
	--add "$VMDIR/../../policy/exception_policy:/root/exception_policy")
for script in $scripts; do
	add+=(--add "$VMDIR/guest/$script:/guest/$script")
done
exec "$VMDIR/run" --name "t-debug-$smp" --smp "$smp" --timeout 500 "${add[@]}" debug "$VMDIR/guest/t-debug"
