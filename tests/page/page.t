#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Clicks through the HTML page of `ashiato tree --format html` in Chromium.

cd "$(dirname "$0")" || exit 1
. ../vm/lib.sh
if ! (need chromium chromium chromedriver chromium-driver perl perl pgrep procps) >&2; then
	echo "1..0 # SKIP Chromium cannot be installed"
	exit 0
fi
mkdir -p ../../userspace/build
flock ../../userspace/build make -s -C ../../userspace sanitized >&2 ||
	{ printf "not ok 1 - the command builds\n1..1\n"; exit 1; }
exec perl click ../../userspace/build/asan/ashiato
