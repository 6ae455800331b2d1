#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each kind of access, compared line by line; cached pathnames.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" "${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-record"
