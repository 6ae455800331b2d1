#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The README's commands for a server, in a full Debian that has a compiler: make, make
# install, modprobe, ashiato tree, make install-boot and a reboot, make uninstall and
# another one.
#
# To compile all in there would take five minutes more. So the objects of lkm/ but one are
# made before, at the same place, by the same compiler and headers; the guest's make finds
# them up to date, and makes the rest: main.o, probe/, both modules, the command.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$WORK/run"
tree=$(mktemp -d "$WORK/run/server-XXXXXX")
trap 'rm -rf "$tree"' EXIT
source_files | tar -C "$TREE" --null -T - -cf - | tar -C "$tree" -xf -

"$VMDIR/prepare" 6.1
chroot=$(kernel_chroot 6.1)
mkdir -p "$chroot/root/ashiato"
# shellcheck disable=SC2016
unshare --mount --propagation private bash -ec '
	. "$1/lib.sh"
	mount --bind "$2" "$3/root/ashiato"
	in_chroot "$3" /root/ashiato make -s -j"$(nproc)" \
		"KDIR=/lib/modules/$(kernel_release 6.1)/build" modules
' bash "$VMDIR" "$tree" "$chroot" >"$WORK/run/server.log" 2>&1 || {
	cat "$WORK/run/server.log" >&2
	die "the module does not build"
}
(
	cd "$tree"
	rm -rf ./*.ko ./*.o ./*.mod* .*.cmd .tmp_versions modules.order Module.symvers
	rm -f lkm/main.o lkm/.main.o.cmd probe/*.o probe/.*.cmd
)
"$VMDIR/run-image" --timeout 1500 --smp 2 --append "mitigations=off init_on_alloc=0" \
	--add "$tree:/root/ashiato" 6.1-server \
	"$VMDIR/guest/s-server-1" "$VMDIR/guest/s-server-2" "$VMDIR/guest/s-server-3"
