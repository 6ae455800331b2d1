# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Functions for scripts of full systems: typical uses of a server, and output of commands.

# day_login [COMMANDS [USER]]: runs commands over ssh, as alice or USER.
day_login()
{
	ssh -o StrictHostKeyChecking=no -o BatchMode=yes "${2:-alice}@localhost" \
		"${1:-id; ls -l /var/log; cat /etc/hostname; df -h /}" >/tmp/login 2>&1
}

# Starts nginx and requests a page from it.
day_web()
{
	systemctl start nginx &&
		bash -c 'exec 3<>/dev/tcp/127.0.0.1/80 && printf "GET / HTTP/1.0\r\n\r\n" >&3 && cat <&3' |
		grep -q 'Welcome to nginx'
}

# Waits until cron has run a job, at the next full minute.
day_cron()
{
	echo '* * * * * root /usr/bin/du -s /var/log >/var/tmp/du' >/etc/cron.d/day
	_waited=0
	while ! [ -s /var/tmp/du ] && [ $_waited -lt 100 ]; do
		sleep 1
		_waited=$((_waited + 1))
	done
	rm -f /etc/cron.d/day
	[ -s /var/tmp/du ]
}

day_rotate()
{
	logrotate -f /etc/logrotate.conf
}

# show LINES COMMAND: runs COMMAND; prints it and at most the first LINES of its output.
show()
{
	printf '\n# %s\n' "$2"
	sh -c "$2" >/tmp/output 2>&1
	head -n "$1" /tmp/output
	_more=$(($(wc -l </tmp/output) - $1))
	[ $_more -le 0 ] || echo "... ($_more more lines)"
}
