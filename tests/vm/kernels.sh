# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Chooses the release of each kernel for the tests. Sourced by lib.sh; needs its log and in_chroot.
#
# A user of a suite runs the release that the suite's linux-image-amd64 depends on. The archive
# publishes the parts of a release hours or days apart: headers and the unsigned image come from
# one source package, the signed image and linux-image-amd64 from another. A release is used only
# when apt can install its headers and its image together.

# Kernel, suite, and patterns of releases. The second pattern applies when no release matches
# the first.
KERNELS='
5.10	bullseye		5\.10\.0-[0-9]+
6.1	bookworm		6\.1\.0-[0-9]+
6.12	trixie			6\.12\.[0-9]+[+]deb13[.0-9]*
7.2	trixie-backports	7\.2\.[0-9]+[+]deb13[.0-9]*	7\.[0-9.]+[+]deb13[.0-9]*
7.3	trixie-backports	7\.3[.0-9]*[+]deb13[.0-9]*
'

# archive_kernels ROOT: prints the control paragraphs of all kernel packages that apt in ROOT knows.
archive_kernels()
{
	local -a names

	mapfile -t names < <(in_chroot "$1" / apt-cache pkgnames linux- |
		grep -E '^linux-(image|headers|binary)-([0-9a-z.+-]*-)?amd64(-unsigned)?$')
	[ ${#names[@]} -eq 0 ] || in_chroot "$1" / apt-cache show "${names[@]}" 2>/dev/null || true
}

# can_install ROOT [OPTION...] PACKAGE...: succeeds when apt in ROOT can install the packages.
can_install()
{
	in_chroot "$1" / apt-get -s -qq --no-install-recommends install "${@:2}" \
		</dev/null >/dev/null 2>&1
}

# kernel_suite KERNEL: prints its suite.
kernel_suite()
{
	awk -v k="$1" '$1 == k { print $2 }' <<<"$KERNELS"
}

# suite_option SUITE: prints the option that apt needs to install from SUITE, if any. Backports
# need one.
suite_option()
{
	[[ $1 != *-backports ]] || printf '%s\n' "--target-release=$1"
}

# metapackage_release PATTERN: prints the release that the newest linux-image-amd64 on standard
# input depends on, if it matches PATTERN.
metapackage_release()
{
	awk '/^Package: / { name = $2 } /^Version: / { version = $2 }
		/^Depends: / && name == "linux-image-amd64" { print version, $0 }' |
		sort -rV | sed -nE "s/.* linux-image-($1)-amd64( .*)?\$/\\1/p" | sed -n 1p
}

# kernel_candidates PATTERN: reads control paragraphs and prints the releases that match PATTERN
# and have an image, best first, as lines "RELEASE HOLDER PACKAGE...": the package HOLDER contains
# the vmlinuz; a full system installs the packages PACKAGE...
#
# The metapackage's release is first, then older ones, then newer ones. All signed images come
# before the unsigned ones.
kernel_candidates()
{
	local facts names wanted release image binary
	local -a signed=() unsigned=()

	facts=$(cat)
	names=$'\n'$(sed -n 's/^Package: //p' <<<"$facts")$'\n'
	wanted=$(metapackage_release "$1" <<<"$facts")
	while read -r release; do
		image=linux-image-$release-amd64 binary=linux-binary-$release-amd64
		if [[ $names == *$'\n'$image$'\n'* ]]; then
			# Since 6.19 linux-image is empty and depends on linux-binary.
			[[ $names == *$'\n'$binary$'\n'* ]] || binary=$image
			signed+=("$release $binary $image")
		fi
		if [[ $names == *$'\n'$image-unsigned$'\n'* ]]; then
			unsigned+=("$release $image-unsigned $image-unsigned")
		fi
		binary=linux-binary-unsigned-$release-amd64
		if [[ $names == *$'\n'$binary$'\n'* ]]; then
			unsigned+=("$release $binary $binary linux-modules-$release-amd64")
		fi
	done < <({
		printf '%s\n' "$wanted"
		sed -n 's/^linux-headers-\(.*\)-amd64$/\1/p' <<<"$names" | grep -xE -- "$1"
	} | sort -ruV | awk -v wanted="$wanted" '
		$0 == wanted { reached = 1 }
		reached || wanted == "" { print; next }
		{ newer = newer $0 "\n" }
		END { printf "%s", newer }')
	printf '%s\n' "${signed[@]}" "${unsigned[@]}" | grep . || true
}

# choose_kernel ROOT KERNEL: prints the first line of kernel_candidates that apt can install in
# ROOT. Logs a message when that is not the signed image of the metapackage's release. Fails when
# there is none.
choose_kernel()
{
	local root=$1 name=$2 facts suite patterns pattern release holder packages wanted
	local -a option

	facts=$(archive_kernels "$root")
	read -r _ suite patterns < <(awk -v k="$name" '$1 == k' <<<"$KERNELS")
	mapfile -t option < <(suite_option "$suite")
	for pattern in $patterns; do
		while read -r release holder packages; do
			# shellcheck disable=SC2086
			can_install "$root" "${option[@]}" "linux-headers-$release-amd64" $packages || continue
			wanted=$(metapackage_release "${patterns%%[[:space:]]*}" <<<"$facts")
			if [ -z "$wanted" ]; then
				log "kernel $name: $suite has no linux-image-amd64 $name; using ${packages%% *}"
			elif [ "$packages" != "linux-image-$wanted-amd64" ]; then
				log "kernel $name: linux-image-$wanted-amd64 or its headers cannot be installed" \
					"from $suite; using ${packages%% *}"
			fi
			echo "$release $holder $packages"
			return 0
		done < <(kernel_candidates "$pattern" <<<"$facts")
	done
	log "kernel $name: $suite has no release with headers and an image that can be installed"
	return 1
}
