#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Received datagrams: which process they are recorded for, and when.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --smp 2 --timeout 300 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" "${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-receive"
