#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The files in securityfs, many accesses, the limits.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" --env MANY=100000 \
	"${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-interface"
