# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What all scripts of the bench share: the cache, the mirror, locks, chroots and
# the table of kernels. Sourced, never run.
#
# Everything that is made lives below $ASHIATO_CACHE (default /var/cache/ashiato)
# and is made anew when it is missing:
#
#	base/SUITE	a minimal Debian, with which all others begin
#	chroot/NAME	a Debian suite with compiler and kernel headers
#	debug		the debug kernel
#	image/NAME	full Debian systems
#	lock/		who is making what
#
# Below $ASHIATO_WORK, the same folder; one of it for each tree that is tested at once:
#
#	build/KERNEL	copies of the source tree and the modules built in them
#	run/		what running guests write
#	check/ bench/	what the tests and the bench said

set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

CACHE=${ASHIATO_CACHE:-/var/cache/ashiato}
WORK=${ASHIATO_WORK:-$CACHE}
VMDIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
TREE=$(cd "$VMDIR/../.." && pwd)

# What the command is made with.
# shellcheck disable=SC2034
LIBRARIES='libaudit-dev libauparse-dev libcap-ng-dev libjansson-dev libkmod-dev liblzma-dev libncurses-dev libsmartcols-dev libzstd-dev zlib1g-dev'

# Kernel, chroot that holds it, and which releases are meant: the first pattern
# that has headers as well as an image wins, and of those the newest release.
KERNELS='
5.10	bullseye	^5\.10\.0-[0-9]+$
6.1	bookworm	^6\.1\.0-[0-9]+$
6.12	trixie		^6\.12\.[0-9]+[+]deb13[.0-9]*$
7.2	trixie		^7\.2\.[0-9]+[+]deb13[.0-9]*$	^7\.[0-9.]+[+]deb13[.0-9]*$
7.3	trixie		^7\.3[.0-9]*[+]deb13[.0-9]*$
'

log()
{
	printf '%s\n' "$*" >&2
}

die()
{
	log "${0##*/}: $*"
	exit 1
}

# begin TEXT ... end: one line of progress for a long step, with its duration.
begin()
{
	STEP=$1 STEP_START=$SECONDS
	printf '%s ...\n' "$STEP" >&2
}

end()
{
	log "$STEP ... $((SECONDS - STEP_START)) s"
}

# All source files, NUL-separated, as paths below the tree.
source_files()
{
	cd "$TREE"
	if [ -e .git ] && command -v git >/dev/null; then
		git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
	else
		find . -type f -not -path './.git/*' -not -name '*.ko' -not -name '*.o' \
			-not -name '*.cmd' -not -name '*.mod*' -printf '%P\0'
	fi | LC_ALL=C sort -zu | while IFS= read -r -d '' file; do
		[ ! -f "$file" ] || printf '%s\0' "$file"
	done
}

# take_lock NAME: waits until nobody else makes NAME; held until the process ends.
take_lock()
{
	local fd

	mkdir -p "$CACHE/lock"
	exec {fd}>"$CACHE/lock/${1//\//-}"
	if ! flock -n "$fd"; then
		log "waiting for another process that makes $1"
		flock "$fd"
	fi
}

# need COMMAND PACKAGE ...: installs, on the machine itself, what is missing. The path
# of a file may stand for COMMAND.
need()
{
	local -a missing=()

	while [ $# -ge 2 ]; do
		command -v "$1" >/dev/null || [ -e "$1" ] || missing+=("$2")
		shift 2
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "missing: ${missing[*]}; install them or run as root"
	begin "installing ${missing[*]}"
	(
		take_lock apt
		apt_quiet update
		apt_quiet install "${missing[@]}"
	) || die "cannot install ${missing[*]}"
	end
}

# apt-get that says something only when it fails.
apt_quiet()
{
	local out

	out=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
		--no-install-recommends "$@" 2>&1 </dev/null) || {
		printf '%s\n' "$out" >&2
		return 1
	}
}

# All archives that the machine's own apt knows, as "URI SUITE" lines.
apt_sources()
{
	local f

	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -f "$f" ] || continue
		sed -n 's/^[[:space:]]*deb[[:space:]]\+\(\[[^]]*\][[:space:]]*\)\?\([^[:space:]]\+\)[[:space:]]\+\([^[:space:]]\+\).*/\2 \3/p' "$f"
	done
	for f in /etc/apt/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		awk '
		function flush(   n, m, i, j, u, s) {
			n = split(uris, u); m = split(suites, s)
			if (enabled && types ~ /(^| )deb( |$)/)
				for (i = 1; i <= n; i++)
					for (j = 1; j <= m; j++)
						print u[i], s[j]
			types = uris = suites = ""; enabled = 1
		}
		BEGIN { enabled = 1 }
		/^#/ { next }
		/^[ \t]*$/ { flush(); next }
		/^[A-Za-z-]+:/ { key = tolower($1); sub(/^[^:]*:[ \t]*/, "") }
		{
			if (key == "types:") types = types " " $0
			else if (key == "uris:") uris = uris " " $0
			else if (key == "suites:") suites = suites " " $0
			else if (key == "enabled:" && tolower($0) == "no") enabled = 0
		}
		END { flush() }' "$f"
	done
}

# mirror [-security]: the URI of the machine's own Debian (security) archive.
mirror()
{
	local wanted=${1-} codename

	# shellcheck disable=SC1091
	codename=$(. /etc/os-release && printf %s "${VERSION_CODENAME-}")
	apt_sources | awk -v want="$wanted" -v code="$codename" '
		{ sub(/\/$/, "", $1); sub(/\/$/, "", $2) }
		want == "" && ($2 == code || $2 == "stable" || $2 == "testing" || $2 == "sid" || $2 == "unstable") { print $1; exit }
		want == "-security" && $2 ~ /-security$/ { print $1; exit }'
}

# sources SUITE: sources.list of a suite, from the machine's mirrors.
sources()
{
	local suite=$1 base security key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'

	base=$(mirror)
	[ -n "$base" ] || die "no Debian archive found in this machine's apt sources"
	security=$(mirror -security)
	echo "deb $key $base $suite main"
	[ -z "$security" ] || echo "deb $key $security $suite-security main"
	[ "$suite" != trixie ] || echo "deb $key $base $suite-backports main"
}

# How dpkg unpacks there: in no hurry to have it on the disk, without what nobody reads. Of
# modules only those that virtual machines use: depmod reads them all, each time.
dpkg_options='force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=*/lib/modules/*/kernel/drivers/*
path-include=*/lib/modules/*/kernel/drivers/block/*
path-include=*/lib/modules/*/kernel/drivers/virtio/*
path-exclude=*/lib/modules/*/kernel/net/*
path-exclude=*/lib/modules/*/kernel/sound/*'

# make_base SUITE ROOT: a minimal Debian; its apt knows the archive. Kernels newer than the
# suite's come from its backports.
make_base()
{
	local suite=$1 root=$2 protocol proxy
	local -a options=()

	for protocol in http https; do
		proxy=$(apt-config dump --format '%v' "Acquire::$protocol::Proxy")
		[ -z "$proxy" ] || options+=("--aptopt=Acquire::$protocol::Proxy \"$proxy\"")
	done
	sources "$suite" >"$root.list"
	printf '%s\n' "$dpkg_options" >"$root.dpkg"
	# Given as options to mmdebstrap they would take it 15 seconds.
	mmdebstrap --mode=root --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
		--aptopt='APT::Install-Recommends "false"' --skip=cleanup/apt/lists \
		--extract-hook="cp '$root.dpkg' \"\$1/etc/dpkg/dpkg.cfg.d/base\"" \
		"${options[@]}" "$suite" "$root" "$root.list" || return 1
	rm -rf "$root.list" "$root.dpkg" "$root"/usr/share/{doc,man,locale}/*
	cp -L /etc/resolv.conf "$root/etc/resolv.conf" || true
}

# take_base SUITE: makes the suite's base if it is missing, and asks the archive for news.
# Nobody else does until the process ends.
take_base()
{
	local base="$CACHE/base/$1" recipe

	recipe="$dpkg_options $(declare -f make_base)"
	take_lock "base/$1"
	if [ "$recipe" != "$(cat "$base.recipe" 2>/dev/null)" ]; then
		need mmdebstrap mmdebstrap
		rm -rf --one-file-system "$base" "$base.recipe"
		mkdir -p "$CACHE/base"
		make_base "$1" "$base" || return 1
		printf '%s\n' "$recipe" >"$base.recipe"
	fi
	in_chroot "$base" / apt-get -qq update
}

# bootstrap SUITE ROOT PACKAGE...: a fresh Debian below ROOT, a copy of the suite's base.
bootstrap()
{
	(take_base "$1" && cp -a --reflink=auto "$CACHE/base/$1" "$2") && install_in "${@:2}"
}

# install_in ROOT [OPTION...] PACKAGE...
install_in()
{
	in_chroot "$1" / apt-get -qq -y --no-install-recommends install "${@:2}"
}

# in_chroot ROOT DIRECTORY COMMAND...: with /proc, and with the cache under its own name; so
# is $WORK, where DIRECTORY is in it.
# FOLDER:DIRECTORY puts a folder of the machine there.
in_chroot()
{
	local root=$1 dir=$2

	shift 2
	mkdir -p "$root$CACHE"
	# shellcheck disable=SC2016
	unshare --mount --propagation private sh -ec '
		root=$1 cache=$2 work=$3 dir=$4
		shift 4
		mount -t proc proc "$root/proc"
		mount --bind "$cache" "$root$cache"
		case $dir in
		*:*)
			mkdir -p "$root${dir#*:}"
			mount --bind "${dir%%:*}" "$root${dir#*:}"
			dir=${dir#*:}
			;;
		"$work"/*)
			mkdir -p "$root$work"
			mount --bind "$work" "$root$work"
			;;
		esac
		exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
			DEBIAN_FRONTEND=noninteractive \
			${http_proxy+"http_proxy=$http_proxy"} ${https_proxy+"https_proxy=$https_proxy"} \
			sh -ec "cd \"\$1\"; shift; exec \"\$@\"" sh "$dir" "$@"
	' sh "$root" "$CACHE" "$WORK" "$dir" "$@"
}

kernel_names()
{
	awk 'NF { print $1 }' <<<"$KERNELS"
}

# kernel_chroot KERNEL: the folder of the chroot that builds for it.
kernel_chroot()
{
	local name

	case $1 in
	debug) name=trixie ;;
	*) name=$(awk -v k="$1" '$1 == k { print $2 }' <<<"$KERNELS") ;;
	esac
	[ -n "$name" ] || die "unknown kernel $1; known: $(kernel_names | tr '\n' ' ')debug"
	printf '%s\n' "$CACHE/chroot/$name"
}

# kernel_release KERNEL: what uname -r says there; nothing when it could not be had.
kernel_release()
{
	local chroot

	chroot=$(kernel_chroot "$1") || return 1
	case $1 in
	debug) cat "$CACHE/debug/release" 2>/dev/null || true ;;
	*) awk -v k="$1" '$1 == k { print $2 }' "$chroot/kernels" 2>/dev/null || true ;;
	esac
}

# kernel_dir KERNEL: its KDIR, as seen inside the chroot.
kernel_dir()
{
	case $1 in
	debug) printf '%s\n' "$CACHE/debug/linux" ;;
	*) printf '/usr/src/linux-headers-%s-amd64\n' "$(kernel_release "$1" | sed 's/-amd64$//')" ;;
	esac
}

# number FILE OFFSET BYTES: a little-endian number
number()
{
	od -An "-tu$3" "-j$2" "-N$3" "$1" | tr -d ' '
}

# unpack_kernel VMLINUZ: what is packed in it, an ELF file, to standard output. Where it
# is stands in the header that the kernel's Documentation/arch/x86/boot.rst describes; its
# last four bytes are its size.
unpack_kernel()
{
	local setup start length

	need xz xz-utils zstd zstd lz4 lz4
	setup=$(number "$1" $((0x1f1)) 1)
	start=$(((setup + 1) * 512 + $(number "$1" $((0x248)) 4)))
	length=$(($(number "$1" $((0x24c)) 4) - 4))
	case $(number "$1" "$start" 4) in
	$((0x587a37fd))) set -- "$1" xz ;;
	$((0xfd2fb528))) set -- "$1" zstd ;;
	$((0x184c2102))) set -- "$1" lz4 ;;
	*) die "$1: packed in a way that is not known here" ;;
	esac
	dd if="$1" iflag=skip_bytes,count_bytes skip="$start" count="$length" bs=1M status=none |
		"$2" -dc
}

# kernel_packed KERNEL: its vmlinuz, as seen outside. The debug kernel is never packed.
kernel_packed()
{
	case $1 in
	debug) printf '%s\n' "$CACHE/debug/vmlinux" ;;
	*) printf '%s/boot/vmlinuz-%s\n' "$(kernel_chroot "$1")" "$(kernel_release "$1")" ;;
	esac
}

# kernel_unpacked KERNEL: what is in it.
kernel_unpacked()
{
	local packed

	packed=$(kernel_packed "$1")
	printf '%s\n' "${packed/vmlinuz/vmlinux}"
}
