# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# For the t-* scripts, after lib.sh: what the module recorded.
#
#	actor NAME		a copy of t-work in a place, so a domain, of its own: /a/NAME
#	act NAME STEP...	runs it with an empty environment
#	lines NAME		its domain's lines, without the name and the empty line, sorted
#	same_lines NAME TEXT	the test NAME: the domain of /a/NAME has exactly these lines
#	domain_of NAME		the whole name of the domain
#	times_of NAME LINE	how often it had this access
#	seconds_of NAME FIELD LINE	2: when first, 3: when last
#	stat_of NAME		a number of stat
#	log_mark, log_new	what the kernel said since

A=/sys/kernel/security/ashiato

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

lines()
{
	t-seen lines "$1"
}

same_lines()
{
	t-seen same "$1" "$2" "$3" || fail "$3"
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

# At the end of a script: many may run after each other in one boot.
t_done()
{
	[ -z "$(lsmod | grep '^ashiato ')" ] || unload_module
}
