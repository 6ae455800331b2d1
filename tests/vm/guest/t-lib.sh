# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Functions for the t-* scripts, after lib.sh: run programs, read what the module recorded.
#
#	actor NAME...		copies t-work to /a/NAME, which gives it a domain of its own
#	act NAME STEP...	runs /a/NAME with an empty environment. With &, $! is a shell that
#				waits for it; start a program to kill as env -i /a/NAME STEP...
#	login AUID NAME STEP...	acts in a login of the user AUID
#	logins_of NAME LINE	prints the users whose logins used this access, the highest AUID
#				first: AUID:COUNT,...,+OTHERS
#	lines NAME		prints the accesses in the domain of /a/NAME, sorted
#	same_lines NAME TEXT TEST	tests that the domain of /a/NAME has exactly these lines
#	same_outcomes NAME TEXT TEST	likewise, for lines "DONE REFUSED ACCESS"
#	domain_of NAME		prints the whole name of the domain
#	times_of NAME LINE	prints how often the domain used this access
#	seconds_of NAME FIELD LINE	prints the time of the first (FIELD 2) or last (3) use
#	stat_of NAME		prints a value of the module's stat file
#	log_mark		marks a place in the kernel's log
#	log_new			prints the kernel's messages since the mark
#	t_done			unloads the module

A=/sys/kernel/security/ashiato

MODULE_PARAMETERS=$NO_BOUNDS

actor()
{
	mkdir -p /a
	for _actor; do
		cp /guest/t-work "/a/$_actor"
	done
}

act()
{
	_actor=$1
	shift
	env -i "/a/$_actor" "$@"
}

login()
{
	(
		echo "$1" >/proc/self/loginuid
		shift
		act "$@"
	)
}

logins_of()
{
	seconds_of "$1" 9 "$2" | sed 's/:[0-9]*:[0-9]*:/:/g' | tr , '\n' | sort -r | tr '\n' , |
		sed 's/,$//'
}

lines()
{
	t-seen lines "$1"
}

same_lines()
{
	t-seen same "$1" "$2" "$3" || fail "$3"
}

same_outcomes()
{
	t-seen outcomes "$1" "$2" "$3" || fail "$3"
}

domain_of()
{
	t-seen domain "$1"
}

seconds_of()
{
	t-seen field "$1" "$2" "$3"
}

times_of()
{
	seconds_of "$1" 4 "$2"
}

stat_of()
{
	t-seen stat "$1"
}

log_mark()
{
	echo log-mark >/dev/kmsg
}

log_new()
{
	dmesg | sed 's/^\[[^]]*\] //' | awk '/^log-mark$/ { count = 0; next } { line[count++] = $0 }
		END { for (i = 0; i < count; i++) print line[i] }'
}

# For the end of a script: t-debug runs several scripts in one boot.
t_done()
{
	[ -z "$(lsmod | grep '^ashiato ')" ] || unload_module
}
