#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command on a running kernel: uses, diff, tree, save, merge, export, reset, browse.

vm=$(cd "$(dirname "$0")/.." && pwd)
command=$("$vm/build" 6.1 -- -s command)/userspace/ashiato || exit 1
exec "$vm/run" --timeout 600 --program "$command" --program /usr/bin/script \
	--add /lib/terminfo/v/vt100:/lib/terminfo/v/vt100 "${@:-6.1,6.12}" "$vm/guest/t-command"
