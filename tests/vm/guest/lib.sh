# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Functions for guest scripts (`. /guest/lib.sh`): TAP output, loading the module.
# `run` numbers the tests, checks `plan N` and adds the final plan.
#
#	ok NAME [COMMAND...]		passes when COMMAND succeeds; passes without COMMAND;
#					returns 1 when it does not pass
#	not_ok NAME [COMMAND...]	passes when COMMAND fails; fails without COMMAND
#	is GOT WANTED NAME		like GOT REGEX NAME	unlike GOT REGEX NAME
#	skip NAME REASON		diag TEXT		plan N
#	until_true SECONDS COMMAND...	repeats COMMAND until it succeeds; fails after SECONDS
#	load_module [PARAMETER...]	unload_module		load_probe [PARAMETER...]
#	guest_leaks [NAME]		fails when kmemleak reports a leak (debug kernel)
#	guest_save FILE...		sends files to the host (`run --out DIR`)

pass()
{
	echo "ok - $1"
}

fail()
{
	echo "not ok - $1"
	return 0
}

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

until_true()
{
	_tries=$(($1 * 10))
	shift
	until "$@"; do
		[ $((_tries -= 1)) -gt 0 ] || return 1
		sleep 0.1
	done
}

ok()
{
	_name=$1
	shift
	if [ $# -eq 0 ] || "$@"; then
		pass "$_name"
	else
		fail "$_name"
		return 1
	fi
}

not_ok()
{
	_name=$1
	shift
	if [ $# -eq 0 ] || "$@"; then
		fail "$_name"
	else
		pass "$_name"
	fi
}

is()
{
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3"
		diag "got:    $1"
		diag "wanted: $2"
	fi
}

# matches TEXT REGEX: /guest/match avoids a pipe, but an argument has a limited length.
matches()
{
	if [ ${#1} -lt 100000 ]; then
		/guest/match "$1" "$2"
	else
		printf '%s\n' "$1" | grep -Eq -- "$2"
	fi
}

like()
{
	if matches "$1" "$2"; then
		pass "$3"
	else
		fail "$3"
		diag "got: $1"
		diag "wanted a match of: $2"
	fi
}

unlike()
{
	matches "$1" "$2"
	if [ $? -eq 1 ]; then
		pass "$3"
	else
		fail "$3"
		diag "got: $1"
		diag "wanted no match of: $2"
	fi
}

skip()
{
	echo "ok - $1 # SKIP $2"
}

plan()
{
	echo "1..$1"
}

# Without bounds, each access is recorded as it is.
# shellcheck disable=SC2034
NO_BOUNDS='client_ports=exact max_siblings=0 max_subdirectories=0 max_addresses=0 max_ports=0
	max_numbers=0 max_variables=0 max_words=0 max_abstract=0 max_targets=0 max_programs=0 max_depth=0
	max_domain_accesses=0'

# Uses loadmod, because busybox insmod calls a failing init twice. Scripts set $MODULE_PARAMETERS.
load_module()
{
	# shellcheck disable=SC2086
	loadmod /modules/ashiato.ko $MODULE_PARAMETERS "$@"
}

load_probe()
{
	loadmod /modules/ashiato_probe.ko "$@"
}

unload_module()
{
	rmmod ashiato
}

guest_leaks()
{
	_name=${1:-no memory leaks}
	_file=/sys/kernel/debug/kmemleak
	if ! [ -e $_file ]; then
		skip "$_name" "this kernel has no kmemleak"
		return
	fi
	# kmemleak reports only objects older than 5 seconds, and freeing may wait for RCU.
	sleep 6
	echo scan >$_file
	sleep 1
	echo scan >$_file
	_leaks=$(cat $_file)
	if [ -z "$_leaks" ]; then
		pass "$_name"
	else
		fail "$_name"
		diag "$_leaks"
	fi
}

guest_save()
{
	if [ -n "${GUEST_SAVED-}" ]; then
		mkdir -p "$GUEST_SAVED"
		cp -a "$@" "$GUEST_SAVED/"
	else
		tar -cf - "$@" 2>/dev/null >/dev/ttyS2
	fi
}
