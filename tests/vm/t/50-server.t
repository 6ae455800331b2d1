#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's commands for a server, in a full Debian that has a compiler: make, make
# install, modprobe, ashiato tree, make install-boot and a reboot, make uninstall and
# another one.
vm=$(cd "$(dirname "$0")/.." && pwd)
set -e
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$vm/../.."
if [ -e .git ]; then
	git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
else
	find . -type f -print0
fi | while IFS= read -r -d '' file; do
	[ ! -f "$file" ] || printf '%s\0' "$file"
done | tar --null -T - -cf - | tar -C "$tree" -xf -
"$vm/run-image" --timeout 1500 --smp 2 --append "mitigations=off init_on_alloc=0" --add "$tree:/root/ashiato" 6.1-server \
	"$vm/guest/s-server-1" "$vm/guest/s-server-2" "$vm/guest/s-server-3"
