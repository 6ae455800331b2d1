#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The same tests, and 10 cycles of loading and unloading, on the debug kernel:
# no splat, no leak, debug_locks still 1.

. "$(dirname "$0")/../lib.sh"

scripts=${SCRIPTS:-t-attach t-record t-subject t-interface t-transition t-hostile t-cycles}
add=(--add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" --env "SCRIPTS=$scripts"
	--add "$VMDIR/../../policy/exception_policy:/root/exception_policy")
for script in $scripts; do
	add+=(--add "$VMDIR/guest/$script:/guest/$script")
done
exec "$VMDIR/run" --smp 2 --timeout 500 "${add[@]}" debug "$VMDIR/guest/t-debug"
