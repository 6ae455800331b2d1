#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What two processors do at once, on the debug kernel; 29-debug.t is the rest.
SMP=2 SCRIPTS=${SCRIPTS:-t-hostile t-cycles} exec "$(dirname "$0")/29-debug.t"
