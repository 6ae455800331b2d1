#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Names and ports beyond a bound share the key of their pattern: no name is counted elsewhere.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --timeout 300 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" "${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-shared"
