#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every allocation of the module fails once: in init, in each hook, on the way out.
#
# A trace is what kmem_cache_create() answers with when it gets no memory; which
# traces are its own, and that there are no others, is seen inside the guest.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --smp 1 --timeout 450 --allow 'Call Trace' \
	--append 'slab_debug=A log_buf_len=8M' debug "$vm/guest/f-faults"
