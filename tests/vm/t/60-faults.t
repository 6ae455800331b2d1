#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each allocation of the module fails once: in init, in each hook, and in exit.
#
# kmem_cache_create() logs a trace when it gets no memory, so the console may contain "Call
# Trace"; f-faults checks in the guest that there are no other traces.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --smp 1 --timeout 450 --allow 'Call Trace' \
	--append 'slab_debug=A log_buf_len=8M' debug "$vm/guest/f-faults"
