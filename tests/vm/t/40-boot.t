#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Full Debian systems with systemd and auditd that load the module at boot.
vm=$(cd "$(dirname "$0")/.." && pwd)
set -e
kernels=("$@")
[ $# -gt 0 ] || kernels=(6.1 6.12)
# Merge the TAP of all boots.
number=0 failed=0
for kernel in "${kernels[@]}"; do
	image=$("$vm/system" "$kernel")
	while IFS= read -r line; do
		case $line in
		1..*) ;;
		"ok "* | "not ok "*)
			number=$((number + 1))
			[ "${line%%ok*}" = "" ] || failed=1
			printf '%s\n' "${line/- /- $kernel: }"
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done < <("$vm/run-image" --append ashiato.record_rate=0 --add "$vm/guest/s-day.sh:/guest/s-day.sh" "$image" "$vm/guest/s-boot")
done
echo "1..$number"
exit $failed
