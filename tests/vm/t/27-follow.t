#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ashiato events --follow with records from the kernel.

vm=$(cd "$(dirname "$0")/.." && pwd)
command=$("$vm/build" 6.1 -- -s command)/userspace/ashiato || exit 1
exec "$vm/run" --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" --append "audit=1 audit_backlog_limit=8192" \
	--program "$command" "${@:-6.1,6.12}" "$vm/guest/t-follow"
