#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages: install, upgrade with a kernel upgrade in between, boot without the
# module, boot with it, purge; an initial ramdisk of a kernel that is not installed stays
# unchanged. The installation and the upgrades run in a chroot, where compiling is fast.
. "$(dirname "$0")/../lib.sh"

need dh debhelper dh_dkms dh-dkms lintian lintian fakeroot fakeroot
work=$WORK/run/packages
rm -rf "$work"
mkdir -p "$work/old" "$work/new"

# older PACKAGE: builds the same package with a lower version.
older()
{
	local name

	name=$(basename "$1" .deb)
	dpkg-deb -R "$1" "$work/$name"
	sed -i 's/^Version: .*/&~old/; s/(= [^)]*/&~old/' "$work/$name/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$work/$name" "$work/old/$name.deb"
}

make -C "$TREE" deb >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	die "make deb fails"
}
cp "$TREE"/build/deb/*.deb "$work/new/"
for package in "$work"/new/*.deb; do
	older "$package" >/dev/null
done
lintian --fail-on error "$TREE"/build/deb/*.changes >"$work/log" 2>&1 || {
	cat "$work/log" >&2
	die "lintian finds errors"
}
image=$("$VMDIR/image" 6.1-server --derive packages --add "$work/old:/root/old" \
	--add "$work/new:/root/new" --add /etc/resolv.conf:/etc/resolv.conf \
	"$VMDIR/guest/s-packages-install")
"$VMDIR/run-image" --append "mitigations=off init_on_alloc=0" "$image" \
	"$VMDIR/guest/s-packages-without:noashiato" "$VMDIR/guest/s-packages"
