#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Loads and unloads the module 50 times under a load of opens, forks and execs. Then: audit records
# of processes that end. Most of the time is spent waiting for RCU, so one slot is enough for two
# processors.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --smp 2 --slots 1 --mem 384 --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" \
	--add "$vm/guest/t-exits:/guest/t-exits" \
	--env CYCLES="${CYCLES:-50}" "${1:-5.10,6.1,6.12,7.2}" "$vm/guest/t-cycles"
