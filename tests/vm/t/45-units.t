#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A full Debian system with units of systemd, logins of two users with sudo, and podman. With
# SCREENS=1, units/screens in the work folder has the screens of docs/units-and-containers.md.
set -e
vm=$(cd "$(dirname "$0")/.." && pwd)
image=$("$vm/system" "${KERNEL:-6.1}-units")
. "$vm/lib.sh"
"$vm/run-image" --timeout 1500 --mem 1536 --append "mitigations=off init_on_alloc=0" --out "$WORK/units" \
	--env "SCREENS=${SCREENS-}" --add "$vm/guest/s-day.sh:/guest/s-day.sh" "$image" "$vm/guest/s-units"
