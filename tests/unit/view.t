#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unit tests of the command's patterns, comparisons, times and filters, built with ASan and UBSan.

cd "$(dirname "$0")/../../userspace" && mkdir -p build &&
	flock build make -s sanitized >&2 || { printf "not ok 1 - the tests build\n1..1\n"; exit 1; }
exec make -s unit-view
