#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `ashiato browse`, built with ASan and UBSan, driven through tmux.

cd "$(dirname "$0")" || exit 1
. ../vm/lib.sh
if ! (need tmux tmux perl perl) >&2; then
	echo "1..0 # SKIP tmux cannot be installed"
	exit 0
fi
mkdir -p ../../userspace/build
flock ../../userspace/build make -s -C ../../userspace sanitized >&2 ||
	{ printf "not ok 1 - the command builds\n1..1\n"; exit 1; }
exec perl keys ../../userspace/build/asan/ashiato
