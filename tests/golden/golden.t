#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Golden tests of the command, built with ASan and UBSan.

cd "$(dirname "$0")/../../userspace" && mkdir -p build &&
	flock build make -s sanitized >&2 || { printf "not ok 1 - the command builds\n1..1\n"; exit 1; }
# A case that needs zsh is skipped if this fails.
bash -c '. ../tests/vm/lib.sh && need zsh zsh' >&2
exec make -s golden
