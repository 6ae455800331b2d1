#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's commands for a server, in a full Debian system with a compiler: make, make
# install, modprobe, ashiato tree, make install-boot, a reboot, make uninstall and another
# reboot.
#
# Compiling everything in the guest would take five minutes more. Most objects are therefore
# built before, at the same path, with the same compiler and headers; make in the guest finds
# them up to date and builds the rest: main.o, both modules, ashiato.o and the command.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$WORK/run"
tree=$(mktemp -d "$WORK/run/server-XXXXXX")
trap 'rm -rf "$tree"' EXIT
source=$("$VMDIR/build" 6.1 -- -s all 2>"$WORK/run/server.log") || {
	cat "$WORK/run/server.log" >&2
	die "ashiato does not build"
}
cp -a "$source/." "$tree/"
(
	cd "$tree"
	cd build/*/
	rm -rf ./*.ko ./*.o ./*.mod* .*.cmd .tmp_versions modules.order Module.symvers
	rm -f lkm/main.o lkm/.main.o.cmd
	cd ../..
	rm -f userspace/ashiato userspace/build/ashiato.o
)
"$VMDIR/run-image" --timeout 1500 --append "mitigations=off init_on_alloc=0" \
	--add "$tree:/root/ashiato" 6.1-server \
	"$VMDIR/guest/s-server-1" "$VMDIR/guest/s-server-2" "$VMDIR/guest/s-server-3"
