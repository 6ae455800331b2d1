#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests that tests/vm/lib.sh repeats failed downloads, says which package or suite failed and what
# to type, and removes unfinished files. Replaces apt; needs neither root nor a network.

set -uo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0
export ASHIATO_CACHE=$work/cache ASHIATO_AGAIN='make demo'
unset ASHIATO_WORK

# result NAME OK: prints the result of a test. OK is true or false.
result()
{
	number=$((number + 1))
	if $2; then
		echo "ok $number - $1"
	else
		failed=1
		echo "not ok $number - $1"
		sed 's/^/# /' "$work/stderr"
	fi
}

# attempt RESULT... -- COMMAND...: runs COMMAND with lib.sh, where each call of apt-get has the next
# RESULT: "ok", or its error message. The last one is repeated. Writes the arguments of the calls
# into calls, and messages into stderr.
attempt()
{
	local -a results=()

	while [ "$1" != -- ]; do
		results+=("$1")
		shift
	done
	: >"$work/calls"
	printf '%s\n' "${results[@]}" >"$work/results"
	shift
	(
		. "$(dirname "$0")/../vm/lib.sh"
		sleep() { :; }
		in_chroot()
		{
			local message

			shift 2
			echo "$*" >>"$work/calls"
			message=$(head -n 1 "$work/results")
			[ "$(wc -l <"$work/results")" = 1 ] || sed -i 1d "$work/results"
			[ "$message" = ok ] || { echo "$message" >&2 && [[ $message == W:* ]]; }
		}
		"$@"
	) 2>"$work/stderr"
}

# calls CALL...: succeeds if apt-get was called like this.
calls()
{
	[ "$(sed 's/ -y --no-install-recommends//' "$work/calls")" = "$(printf 'apt-get -qq %s\n' "$@")" ]
}

# fails_with LINE: succeeds if the only message is LINE.
fails_with()
{
	[ "$(cat "$work/stderr")" = "$1" ]
}

# try_or_give_up NAME ACTION COMMAND...: as the callers of give_up do
try_or_give_up()
{
	"${@:3}" >"$(log_file "$1")" 2>&1 || give_up "$1" "$2"
}

half_made_dir()
{
	half_made "$work/new.tmp"
	mkdir "$work/new.tmp"
	false
}

# The archive in the messages of apt: that of this machine
# shellcheck disable=SC1091
archive=$(. "$(dirname "$0")/../vm/lib.sh" && mirror)
missing="E: Package 'linux-image-6.1.0-57-amd64' has no installation candidate"
gone="E: The repository '$archive bookworm Release' does not have a Release file."
fetch="W: Failed to fetch $archive/dists/bookworm/InRelease  Could not connect"
messages="(all messages: $work/cache/log/chroot-bookworm). To try again, type: make demo"

attempt "$missing" ok ok -- install_in root linux-image-6.1.0-57-amd64 && status=true || status=false
calls 'install linux-image-6.1.0-57-amd64' update 'install linux-image-6.1.0-57-amd64' || status=false
result 'a failed download is repeated after an update of the lists' $status

attempt "$fetch" ok -- apt_update root && calls update update && status=true || status=false
result 'an update that fetches only some lists is repeated' $status

attempt "$gone" -- apt_update root && status=false || status=true
calls update update update || status=false
result 'an update is tried three times' $status

attempt "$missing" ok "$missing" -- try_or_give_up chroot/bookworm \
	'install kernel 6.1 in the bookworm chroot' install_in root linux-image-6.1.0-57-amd64
fails_with "download.t: cannot install kernel 6.1 in the bookworm chroot: ${missing#E: } $messages" &&
	status=true || status=false
result 'a missing package: its name, the suite, and what to type' $status

attempt "$gone" -- try_or_give_up chroot/bookworm 'read the archive of bookworm' apt_update root
fails_with "download.t: cannot read the archive of bookworm: ${gone#E: } $messages" &&
	status=true || status=false
result 'a suite that is gone: the reason, and what to type' $status

attempt "$fetch" -- try_or_give_up chroot/bookworm 'read the archive of bookworm' apt_update root
fails_with "download.t: cannot read the archive of bookworm: Failed to fetch $archive/dists/bookworm/InRelease Could not connect $messages" &&
	status=true || status=false
result 'a mirror that does not answer: the reason, and what to type' $status

attempt ok -- half_made_dir
[ ! -e "$work/new.tmp" ] && status=true || status=false
result 'unfinished files are removed' $status

echo "1..$number"
exit "$failed"
