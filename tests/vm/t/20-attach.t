#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Probing and attaching; a module of its own is built that chains itself behind ours.

. "$(dirname "$0")/../lib.sh"

kernels=${1:-5.10,6.1,6.12,7.2} add=()

# build_behind KERNEL: prints the path of behind.ko.
build_behind()
{
	local dir="$WORK/build/behind-$1" src="$WORK/build/$1/src"

	mkdir -p "$dir"
	cp "$VMDIR"/guest/t-behind/* "$dir/"
	in_chroot "$(kernel_chroot "$1")" "$dir" make -s -C "$(kernel_dir "$1")" "M=$dir" \
		"ASHIATO=$src" modules >"$dir/log" 2>&1 || {
		sed 's/^/# /' "$dir/log" >&2
		return 1
	}
	echo "$dir/behind.ko"
}

for kernel in ${kernels//,/ }; do
	"$VMDIR/build" "$kernel" >/dev/null
	add+=(--add "$(build_behind "$kernel"):/root/behind-$kernel.ko")
done
exec "$VMDIR/run" --packed --timeout 600 --add "$VMDIR/guest/t-lib.sh:/guest/t-lib.sh" "${add[@]}" "$kernels" \
	"$VMDIR/guest/t-attach"
