#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The tests that need two processors, on the debug kernel; 29-debug.t runs the others.
SMP=2 SCRIPTS=${SCRIPTS:-t-hostile t-cycles} exec "$(dirname "$0")/29-debug.t"
