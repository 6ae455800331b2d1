# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Shared by all scripts that prepare and boot virtual machines: the cache, the mirror, locks,
# chroots and kernels. Sourced, never run.
#
# Folders below $ASHIATO_CACHE (default /var/cache/ashiato). Missing ones are made again:
#
#	base/SUITE	a minimal Debian; chroots and images begin as a copy of it
#	chroot/NAME	a Debian suite with compiler and kernel headers
#	debug		the debug kernel
#	checkpatch	the kernel's checkpatch.pl
#	image/NAME	full Debian systems
#	modules/RELEASE	modules of Debian's kernels
#	lock/		a lock for each part that is made; also in ASHIATO_WORK
#	log/		messages of failed steps
#
# Folders below $ASHIATO_WORK (default: $ASHIATO_CACHE). It must be in $ASHIATO_CACHE, because
# chroots see only that. Source trees that are tested at the same time need an $ASHIATO_WORK each:
#
#	build/KERNEL	copies of the source tree and the modules built in them
#	run/		output of running guests
#	check/ check-quick/	output of the tests
#	bench/ bench-logs/	results of the benchmarks
#	demo/		results of `make demo`

set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

CACHE=${ASHIATO_CACHE:-/var/cache/ashiato}
WORK=${ASHIATO_WORK:-$CACHE}
VMDIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034
TREE=$(cd "$VMDIR/../.." && pwd)
# The command that the user typed; scripts run by other scripts inherit it.
export ASHIATO_AGAIN=${ASHIATO_AGAIN-"$0${*:+ $*}"}

. "$VMDIR/kernels.sh"

# Libraries that the command needs to be built.
# shellcheck disable=SC2034
LIBRARIES='libaudit-dev libauparse-dev libcap-ng-dev libjansson-dev libkmod-dev liblzma-dev libncurses-dev libsmartcols-dev libzstd-dev zlib1g-dev'
# Packages that the tests without a virtual machine need.
# shellcheck disable=SC2034
BUILD_PACKAGES="build-essential perl pkg-config rsync kmod libcmocka-dev strace $LIBRARIES"

log()
{
	printf '%s\n' "$*" >&2
}

die()
{
	log "${0##*/}: $*"
	exit 1
}

# log_file NAME: prints the path of the log file for making NAME; creates its folder.
log_file()
{
	mkdir -p "$CACHE/log"
	printf '%s\n' "$CACHE/log/${1//\//-}"
}

# give_up NAME ACTION: exits with a message: the failed ACTION, the reason from the log file of
# NAME, and the command to type.
give_up()
{
	local file reason

	file=$(log_file "$1")
	reason=$(grep -E '^E: |^ .* : (Pre)?Depends: ' "$file" |
		grep -vE 'Some index files|Unable to fetch some|held broken|Unable to correct|apt-get update|failed to run' |
		tail -n 1 | sed -E 's/^(E:)? //; s/  +/ /g' || true)
	[ -n "$reason" ] || reason=$(grep . "$file" | tail -n 1 || true)
	die "cannot $2: $reason (all messages: $file). To try again, type: $ASHIATO_AGAIN"
}

# half_made PATH...: removes these files at the end of this process or subshell, if they still
# exist.
half_made()
{
	HALF_MADE=("$@")
	trap 'rm -rf --one-file-system -- "${HALF_MADE[@]}"' EXIT
}

# begin TEXT, end: print the progress of a long step, and its duration.
begin()
{
	STEP=$1 STEP_START=$SECONDS
	printf '%s ...\n' "$STEP" >&2
}

end()
{
	log "$STEP ... $((SECONDS - STEP_START)) s"
}

# Prints all source files, NUL-separated, as paths below the tree.
source_files()
{
	cd "$TREE"
	if [ -e .git ] && command -v git >/dev/null; then
		git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
	else
		find . -type f -not -path './.git/*' -not -path './build/*' -not -name '*.ko' -not -name '*.o' \
			-not -name '*.cmd' -not -name '*.mod*' -printf '%P\0'
	fi | LC_ALL=C sort -zu | while IFS= read -r -d '' file; do
		[ ! -f "$file" ] || printf '%s\0' "$file"
	done
}

# take_lock NAME: locks NAME until the process ends; waits until no other process has it. Builds
# and guests have locks for each $ASHIATO_WORK.
take_lock()
{
	local fd dir=$CACHE/lock

	case $1 in
	build/* | run/*) dir=$WORK/lock ;;
	esac
	mkdir -p "$dir"
	exec {fd}>"$dir/${1//\//-}"
	if ! flock -n "$fd"; then
		log "waiting for another process that makes $1"
		flock "$fd"
	fi
}

# need COMMAND PACKAGE ...: installs the packages of missing commands on the machine itself.
# COMMAND can also be the path of a file.
need()
{
	local -a missing=()

	while [ $# -ge 2 ]; do
		command -v "$1" >/dev/null || [ -e "$1" ] || missing+=("$2")
		shift 2
	done
	install_missing "${missing[@]}"
}

# need_packages PACKAGE...: installs missing packages on the machine itself.
need_packages()
{
	local package
	local -a missing=()

	for package; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
			missing+=("$package")
	done
	install_missing "${missing[@]}"
}

install_missing()
{
	[ $# -gt 0 ] || return 0
	[ "$(id -u)" = 0 ] || die "missing: $*; install them or run as root"
	begin "installing $*"
	(
		take_lock apt
		# It also fails when an archive that is not needed is out of order.
		apt_quiet update || true
		apt_quiet install "$@" || {
			sleep 5
			apt_quiet update || true
			apt_quiet install "$@"
		}
	) 2>"$(log_file machine)" || give_up machine "install $* on this machine"
	rm -f "$(log_file machine)"
	end
}

# Runs apt-get on the machine itself; prints its output only when it fails.
apt_quiet()
{
	local out

	out=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 \
		-o Acquire::Retries=3 --no-install-recommends "$@" 2>&1 </dev/null) || {
		printf '%s\n' "$out" >&2
		return 1
	}
}

# Prints all archives in the machine's apt sources, as "URI SUITE" lines.
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

# mirror [-security]: prints the URI of the Debian (security) archive in the machine's apt sources.
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

# sources SUITE: prints a sources.list for SUITE with the machine's mirrors.
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

# Options of dpkg in chroots: do not sync to disk, unpack no documentation, and unpack only kernel
# modules that virtual machines use, because depmod reads all modules each time it runs.
dpkg_options='force-unsafe-io
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=*/lib/modules/*/kernel/drivers/*
path-include=*/lib/modules/*/kernel/drivers/block/*
path-include=*/lib/modules/*/kernel/drivers/virtio/*
path-exclude=*/lib/modules/*/kernel/net/*
path-exclude=*/lib/modules/*/kernel/sound/*'

# make_base SUITE ROOT: makes a minimal Debian with package lists. Kernels newer than the suite's
# come from its backports.
make_base()
{
	local suite=$1 root=$2 protocol proxy
	local -a options=()

	for protocol in http https; do
		proxy=$(apt-config dump --format '%v' "Acquire::$protocol::Proxy")
		[ -z "$proxy" ] || options+=("--aptopt=Acquire::$protocol::Proxy \"$proxy\"")
	done
	rm -rf --one-file-system "$root"
	sources "$suite" >"$root.list"
	printf '%s\n' "$dpkg_options" >"$root.dpkg"
	# A hook and rm, because the equivalent options of mmdebstrap take 15 seconds longer.
	mmdebstrap --mode=root --variant=minbase \
		--aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
		--aptopt='APT::Install-Recommends "false"' --skip=cleanup/apt/lists \
		--extract-hook="cp '$root.dpkg' \"\$1/etc/dpkg/dpkg.cfg.d/base\"" \
		"${options[@]}" "$suite" "$root" "$root.list" || return 1
	rm -rf "$root.list" "$root.dpkg" "$root"/usr/share/{doc,man,locale}/*
	cp -L /etc/resolv.conf "$root/etc/resolv.conf" || true
}

# take_base SUITE: makes the suite's base if it is missing, and updates its lists of packages.
# Holds the lock of the base until this process ends.
take_base()
{
	local base="$CACHE/base/$1" recipe

	recipe="$dpkg_options $(declare -f make_base)"
	take_lock "base/$1"
	if [ "$recipe" != "$(cat "$base.recipe" 2>/dev/null)" ]; then
		need mmdebstrap mmdebstrap
		rm -rf --one-file-system "$base" "$base.recipe"
		mkdir -p "$CACHE/base"
		half_made "$base.tmp" "$base.tmp.list" "$base.tmp.dpkg"
		make_base "$1" "$base.tmp" || { sleep 5 && make_base "$1" "$base.tmp"; } || return 1
		mv "$base.tmp" "$base"
		printf '%s\n' "$recipe" >"$base.recipe"
	fi
	apt_update "$base"
}

# lend_lists SUITE ROOT: copies the updated lists of packages from the suite's base to ROOT.
lend_lists()
{
	(take_base "$1" && cp -a "$CACHE/base/$1/var/lib/apt/lists/." "$2/var/lib/apt/lists/")
}

# bootstrap SUITE ROOT PACKAGE...: copies the suite's base to ROOT and installs the packages.
bootstrap()
{
	(take_base "$1" && cp -a --reflink=auto "$CACHE/base/$1" "$2") && install_in "${@:2}"
}

# apt_update ROOT: updates its lists of packages. Tries three times: while a mirror is being
# updated, its lists do not match their checksums.
apt_update()
{
	local out try

	for try in 1 2 3; do
		[ "$try" = 1 ] || sleep $((try * 5))
		# apt-get succeeds with a warning when it could not fetch some lists.
		if out=$(in_chroot "$1" / apt-get -qq update 2>&1) && ! grep -q '^W: Failed to fetch' <<<"$out"; then
			return 0
		fi
	done
	sed 's/^W: Failed/E: Failed/' <<<"$out" >&2
	return 1
}

# apt_in ROOT DIRECTORY ARGUMENT...: runs apt-get in the chroot. If it fails, the archive may have
# changed since the lists were updated: updates them and tries once more.
apt_in()
{
	local out
	local -a apt_get=(in_chroot "$1" "$2" apt-get -qq -y --no-install-recommends "${@:3}")

	if out=$("${apt_get[@]}" 2>&1); then
		printf '%s\n' "$out"
		return 0
	fi
	apt_update "$1" && "${apt_get[@]}"
}

# install_in ROOT [OPTION...] PACKAGE...: installs packages in the chroot.
install_in()
{
	apt_in "$1" / install "${@:2}"
}

# in_chroot ROOT DIRECTORY COMMAND...: runs COMMAND in DIRECTORY of the chroot ROOT. Mounts /proc,
# the cache at its own path, and $WORK at its own path if DIRECTORY is below it. With
# FOLDER:DIRECTORY, mounts FOLDER of the machine on DIRECTORY.
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

# kernel_chroot KERNEL: prints the folder of the chroot in which its modules are built.
kernel_chroot()
{
	local name

	case $1 in
	debug) name=trixie ;;
	*) name=$(kernel_suite "$1" | sed 's/-backports$//') ;;
	esac
	[ -n "$name" ] || die "unknown kernel $1; known: $(kernel_names | tr '\n' ' ')debug"
	printf '%s\n' "$CACHE/chroot/$name"
}

# kernel_release KERNEL: prints its uname -r; nothing when the archive does not have it.
kernel_release()
{
	if [ "$1" = debug ]; then
		cat "$CACHE/debug/release" 2>/dev/null || true
	else
		kernel_choice "$1" 2
	fi
}

# kernel_packages KERNEL: prints the packages of its image.
kernel_packages()
{
	kernel_choice "$1" 4-
}

# kernel_choice KERNEL FIELDS: prints fields of its line "KERNEL RELEASE HOLDER PACKAGE...", see
# kernels.sh.
kernel_choice()
{
	local chroot

	chroot=$(kernel_chroot "$1") || return 1
	grep -s "^$1 " "$chroot/kernels" | cut -d' ' -f"$2" || true
}

# kernel_module KERNEL NAME: prints the path of a module of Debian's kernel, one of guest_modules in
# prepare. If it is built into the kernel, that file does not exist.
kernel_module()
{
	"$VMDIR/prepare" "modules/$1"
	printf '%s/modules/%s/%s.ko\n' "$CACHE" "$(kernel_release "$1")" "$2"
}

# kernel_dir KERNEL: prints its KDIR, as a path in the chroot.
kernel_dir()
{
	case $1 in
	debug) printf '%s\n' "$CACHE/debug/linux" ;;
	*) printf '/usr/src/linux-headers-%s-amd64\n' "$(kernel_release "$1" | sed 's/-amd64$//')" ;;
	esac
}

# number FILE OFFSET BYTES: prints the little-endian number at OFFSET.
number()
{
	od -An "-tu$3" "-j$2" "-N$3" "$1" | tr -d ' '
}

# unpack_kernel VMLINUZ: writes the ELF file that it contains to standard output. The header
# (Documentation/arch/x86/boot.rst of the kernel) has its position and its length; the length
# includes four bytes at the end, which are the unpacked size.
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
	*) die "$1: packed with neither xz, zstd nor lz4" ;;
	esac
	dd if="$1" iflag=skip_bytes,count_bytes skip="$start" count="$length" bs=1M status=none |
		"$2" -dc
}

# kernel_packed KERNEL: prints the path of its vmlinuz. The debug kernel is never packed.
kernel_packed()
{
	case $1 in
	debug) printf '%s\n' "$CACHE/debug/vmlinux" ;;
	*) printf '%s/boot/vmlinuz-%s\n' "$(kernel_chroot "$1")" "$(kernel_release "$1")" ;;
	esac
}

# kernel_unpacked KERNEL: prints the path of its unpacked kernel.
kernel_unpacked()
{
	local packed

	packed=$(kernel_packed "$1")
	printf '%s\n' "${packed/vmlinuz/vmlinux}"
}
