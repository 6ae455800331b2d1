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
#	audit_on		starts an audit daemon that appends records to $log, and switches audit on
#	audit_off		switches audit off, and stops the daemon
#	limits_noted		prints "LIMIT FULL OWNER" of each record of a limit, and empties $log
#	settle			waits until all pending audit records are in $log, to which the script
#				runs t-audit daemon
#	mark			empties $log, which would be slow to read when it is long
#	since			prints the records after the mark
#	records TYPE		prints the records of one type since the mark
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

audit_on()
{
	: >$log
	t-audit daemon $log &
	daemon=$!
	until_true 10 sh -c 't-audit enable 1 2>/dev/null'
}

audit_off()
{
	t-audit enable 0
	kill $daemon
	wait $daemon 2>/dev/null
}

settle()
{
	# Callers may be subshells: count lines of the log, not calls.
	_settle=settle-$(wc -l <$log)-
	t-audit user "$_settle"
	until_true 5 grep -q "$_settle" $log
}

mark()
{
	settle
	: >$log
}

since()
{
	grep -v settle- $log
}

records()
{
	settle
	since | grep "^type=$1 "
}

limits_noted()
{
	settle
	sed -n 's/^type=1316 .*: op=limit limit=\([a-z_]*\) full=\([a-z]*\) owner=\([0-9]*\) .*/\1 \2 \3/p' $log | sort
	: >$log
}

# For the end of a script: t-debug runs several scripts in one boot.
t_done()
{
	[ -z "$(lsmod | grep '^ashiato ')" ] || unload_module
}
