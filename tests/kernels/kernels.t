#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests choose_kernel of tests/vm/kernels.sh with made-up states of the archive. Uses the machine's
# apt with a list of packages in a file; needs neither root nor a network.

. "$(dirname "$0")/../vm/kernels.sh"
set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0
mkdir -p "$work"/{lists,cache/archives}/partial
: >"$work/status"

log()
{
	printf '%s\n' "$*" >&2
}

# Replaces the function of lib.sh: runs apt with $work/Packages as the only archive, without a
# chroot. This archive has no suites, so --target-release= is dropped.
in_chroot()
{
	local argument
	local -a arguments=()

	for argument in "${@:4}"; do
		[[ $argument == --target-release=* ]] || arguments+=("$argument")
	done
	"$3" --with-source "$work/Packages" -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::State="$work" -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" \
		-o Dir::Cache="$work/cache" -o APT::Architecture=amd64 -o APT::Architectures::=amd64 \
		-o Debug::NoLocking=true "${arguments[@]}"
}

# package NAME VERSION [DEPENDS]: prints the entry of a package
package()
{
	printf '%s\n' "Package: $1" "Version: $2" "Architecture: amd64" "Maintainer: nobody" \
		"Description: none" "Filename: ./$1.deb" "Size: 1" \
		"SHA256: $(printf '%064d' 0)" ${3:+"Depends: $3"} ''
}

# Each of these functions prints the entry of one package of a release. Argument:
# RELEASE=VERSION.
metapackage() { package linux-image-amd64 "${1#*=}" "linux-image-${1%=*}-amd64 (= ${1#*=})"; }
signed() { package "linux-image-${1%=*}-amd64" "${1#*=}"; }
unsigned() { package "linux-image-${1%=*}-amd64-unsigned" "${1#*=}"; }
common() { package "linux-headers-${1%=*}-common" "${1#*=}"; }
headers()
{
	package "linux-headers-${1%=*}-amd64" "${1#*=}" \
		"linux-headers-${1%=*}-common (= ${1#*=}), linux-kbuild-6.1 (>= 6.1.10)"
}
kbuild() { package linux-kbuild-6.1 "$1"; }

# Since 6.19 linux-image is empty and depends on linux-binary, which contains the image.
split()
{
	package "linux-image-${1%=*}-amd64" "${1#*=}" \
		"linux-binary-${1%=*}-amd64 (= ${1#*=}), linux-modules-${1%=*}-amd64 (= ${1#*=})"
}
binary() { package "linux-binary-${1%=*}-amd64" "${1#*=}"; }
binary_unsigned() { package "linux-binary-unsigned-${1%=*}-amd64" "${1#*=}"; }
modules() { package "linux-modules-${1%=*}-amd64" "${1#*=}"; }

# archive STATE...: writes the archive. A STATE is "FUNCTION... RELEASE=VERSION": each of these
# functions is called with RELEASE=VERSION.
archive()
{
	local state word
	local -a words

	for state; do
		read -ra words <<<"$state"
		for word in "${words[@]:0:${#words[@]}-1}"; do
			"$word" "${words[-1]}"
		done
	done >"$work/Packages"
}

# chosen NAME KERNEL WANTED LINE STATE...: tests that choose_kernel chooses WANTED for KERNEL from
# an archive with these STATEs, and prints LINE on standard error.
chosen()
{
	local name=$1 kernel=$2 wanted=$3 line=$4 got

	shift 4
	archive "$@"
	got=$(choose_kernel / "$kernel" 2>"$work/stderr") || got=none
	number=$((number + 1))
	if [ "$got" = "$wanted" ] && [ "$(cat "$work/stderr")" = "$line" ]; then
		echo "ok $number - $name"
	else
		failed=1
		echo "not ok $number - $name"
		printf '# %s\n' "got:    $got" "wanted: $wanted" "stderr: $(cat "$work/stderr")" "wanted: $line"
	fi
}

A=6.1.0-9=6.1.90-1 B=6.1.0-10=6.1.100-1 C=6.1.0-11=6.1.110-1
of_a='6.1.0-9 linux-image-6.1.0-9-amd64 linux-image-6.1.0-9-amd64'
of_b='6.1.0-10 linux-image-6.1.0-10-amd64 linux-image-6.1.0-10-amd64'
unsigned_b='6.1.0-10 linux-image-6.1.0-10-amd64-unsigned linux-image-6.1.0-10-amd64-unsigned'
cannot='kernel 6.1: linux-image-6.1.0-10-amd64 or its headers cannot be installed from bookworm; using'
nothing='kernel 6.1: bookworm has no release with headers and an image that can be installed'
all='headers common unsigned signed metapackage'

chosen 'the signed image that the metapackage depends on' 6.1 "$of_b" '' \
	'kbuild 6.1.100-1' "$all $A" "$all $B"
chosen 'a newer release without a signed image is skipped' 6.1 "$of_b" '' \
	'kbuild 6.1.110-1' "$all $A" "$all $B" "headers common unsigned $C"
chosen 'a newer signed image that the metapackage does not depend on yet is skipped' 6.1 "$of_b" '' \
	'kbuild 6.1.110-1' "$all $B" "headers common unsigned signed $C"
chosen 'the image of the metapackage is missing: the older signed image' 6.1 "$of_a" \
	"$cannot linux-image-6.1.0-9-amd64" \
	'kbuild 6.1.100-1' "$all $A" "headers common unsigned metapackage $B"
chosen 'the newest release has no headers: the older release' 6.1 "$of_a" \
	"$cannot linux-image-6.1.0-9-amd64" \
	'kbuild 6.1.100-1' "$all $A" "unsigned signed metapackage $B"
chosen 'the newest headers depend on missing ones: the older release' 6.1 "$of_a" \
	"$cannot linux-image-6.1.0-9-amd64" \
	'kbuild 6.1.100-1' "$all $A" "headers unsigned signed metapackage $B"
chosen 'a newer signed image is preferred to unsigned ones' 6.1 \
	"6.1.0-11 linux-image-6.1.0-11-amd64 linux-image-6.1.0-11-amd64" \
	"$cannot linux-image-6.1.0-11-amd64" \
	'kbuild 6.1.100-1' "headers common unsigned metapackage $B" "headers common unsigned signed $C"
chosen 'only unsigned images: the release of the metapackage' 6.1 "$unsigned_b" \
	"$cannot linux-image-6.1.0-10-amd64-unsigned" \
	'kbuild 6.1.100-1' "headers common unsigned $A" "headers common unsigned metapackage $B" \
	"headers common unsigned $C"
chosen 'no metapackage: the newest release' 6.1 "$of_b" \
	'kernel 6.1: bookworm has no linux-image-amd64 6.1; using linux-image-6.1.0-10-amd64' \
	'kbuild 6.1.100-1' "headers common unsigned signed $A" "headers common unsigned signed $B"
chosen 'no metapackage, only unsigned images: the newest release' 6.1 "$unsigned_b" \
	'kernel 6.1: bookworm has no linux-image-amd64 6.1; using linux-image-6.1.0-10-amd64-unsigned' \
	'kbuild 6.1.100-1' "headers common unsigned $A" "headers common unsigned $B"
chosen 'two metapackages: the newer one' 6.1 "$of_b" '' \
	'kbuild 6.1.100-1' "$all $B" "$all $A"
chosen 'the metapackage of backports is for another kernel' 6.1 "$of_b" '' \
	'kbuild 6.1.100-1' "$all $B" "$all 7.3.4+deb13=7.3.4-1"
chosen 'no image at all' 6.1 none "$nothing" 'kbuild 6.1.100-1' "headers common $A" "headers common metapackage $B"
chosen 'no headers at all' 6.1 none "$nothing" 'kbuild 6.1.100-1' "signed metapackage $A" "unsigned $B"
chosen 'a package that all headers depend on is missing' 6.1 none "$nothing" "$all $A" "$all $B"
chosen 'a package that all headers depend on is too old' 6.1 none "$nothing" 'kbuild 6.1.9-1' "$all $A" "$all $B"
chosen 'the archive is empty' 6.1 none "$nothing"

D=7.2.9+deb13=7.2.9-1 E=7.2.12+deb13=7.2.12-1 F=7.3.4+deb13=7.3.4-1
headers() { package "linux-headers-${1%=*}-amd64" "${1#*=}"; }
new='headers binary_unsigned modules binary split'
of_d='7.2.9+deb13 linux-binary-7.2.9+deb13-amd64 linux-image-7.2.9+deb13-amd64'
of_e='7.2.12+deb13 linux-binary-7.2.12+deb13-amd64 linux-image-7.2.12+deb13-amd64'
of_f='7.3.4+deb13 linux-binary-7.3.4+deb13-amd64 linux-image-7.3.4+deb13-amd64'

chosen '7.2: the image is in linux-binary' 7.2 "$of_e" '' "$new metapackage $D" "$new metapackage $E"
chosen '7.2: the metapackage depends on 7.3 already' 7.2 "$of_e" \
	'kernel 7.2: trixie-backports has no linux-image-amd64 7.2; using linux-image-7.2.12+deb13-amd64' \
	"$new $D" "$new $E" "$new metapackage $F"
chosen '7.2: the linux-binary of the newest image is missing: the older release' 7.2 "$of_d" \
	'kernel 7.2: linux-image-7.2.12+deb13-amd64 or its headers cannot be installed from trixie-backports; using linux-image-7.2.9+deb13-amd64' \
	"$new $D" "headers binary_unsigned modules split metapackage $E"
chosen '7.2: only unsigned images' 7.2 \
	'7.2.12+deb13 linux-binary-unsigned-7.2.12+deb13-amd64 linux-binary-unsigned-7.2.12+deb13-amd64 linux-modules-7.2.12+deb13-amd64' \
	'kernel 7.2: trixie-backports has no linux-image-amd64 7.2; using linux-binary-unsigned-7.2.12+deb13-amd64' \
	"headers binary_unsigned modules $D" "headers binary_unsigned modules $E"
chosen '7.2 has left the archive: another 7.x' 7.2 "$of_f" \
	'kernel 7.2: trixie-backports has no linux-image-amd64 7.2; using linux-image-7.3.4+deb13-amd64' \
	"$new metapackage $F"
chosen '7.3 is not in the archive yet' 7.3 none \
	'kernel 7.3: trixie-backports has no release with headers and an image that can be installed' \
	"$new metapackage $E"

echo "1..$number"
exit "$failed"
