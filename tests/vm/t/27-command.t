#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The command on a kernel that runs: uses, diff, tree, save, merge, export.

vm=$(cd "$(dirname "$0")/.." && pwd)
command=$("$vm/build" 6.1 -- -s command)/userspace/ashiato || exit 1
exec "$vm/run" --timeout 600 --program "$command" "${@:-6.1,6.12}" "$vm/guest/t-command"
