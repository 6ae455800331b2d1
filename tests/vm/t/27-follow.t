#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ashiato events --follow, as the kernel tells.

vm=$(cd "$(dirname "$0")/.." && pwd)
make -s -C "$vm/../../userspace" >&2 || exit 1
exec "$vm/run" --add "$vm/guest/t-lib.sh:/guest/t-lib.sh" --append "audit=1" \
	--program "$(realpath "$vm/../../userspace/ashiato")" "${@:-6.1,6.12}" "$vm/guest/t-follow"
