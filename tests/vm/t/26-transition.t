#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# exception_policy: the rules that determine the domain of a program.

vm=$(cd "$(dirname "$0")/.." && pwd)
exec "$vm/run" --timeout 600 --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" \
	--add "$vm/../../policy/exception_policy:/root/exception_policy" \
	"${@:-5.10,6.1,6.12,7.2}" "$vm/guest/t-transition"
