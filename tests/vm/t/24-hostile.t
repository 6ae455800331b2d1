#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names with special characters; executions, forks and threads that fail or are killed.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --smp 2 --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" "${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-hostile"
