# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Shared by `run` and `run-image`: QEMU, the TAP of the guest, the check of the console.
# Sourced, never run.

# Patterns of the kernel's warnings and errors.
error_patterns='BUG:|WARNING:|Oops|Call Trace|suspicious RCU|KASAN|UBSAN|ODEBUG|kmemleak.*new suspected'
error_patterns+='|possible circular|possible recursive|sleeping function|general protection fault|Kernel panic'
error_patterns+='|unable to handle|INFO: task .* blocked|rcu.*detected stall|refcount_t'

allow='' slots_wanted='' count=0 failed=0 qemu=''
trap '[ -z "$qemu" ] || pkill -P "$qemu"' EXIT
trap 'exit 1' INT TERM HUP

usage()
{
	sed -n '/^# run[a-z-]* /,/^$/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

# Prints the --env options for the guest's shell.
guest_env()
{
	local item value

	# shellcheck disable=SC2154
	for item in "${environment[@]}"; do
		value=${item#*=}
		printf "export %s='%s'\n" "${item%%=*}" "${value//\'/\'\\\'\'}"
	done
}

finish()
{
	echo "1..$count"
	[ "$failed" -eq 0 ]
}

result()
{
	count=$((count + 1))
	printf '%s\n' "$1"
	[[ $1 != 'not ok'* || $1 == *'# TODO'* ]] || failed=$((failed + 1))
}

# pass_on PREFIX: prints the guest's TAP with PREFIX before each test name, and counts the tests.
pass_on()
{
	local prefix=$1 line planned='' seen=0 status='' locks=''

	while IFS= read -r line || [ -n "$line" ]; do
		line=${line%$'\r'}
		# Drop progress that a program overwrote with a carriage return.
		line=${line##*$'\r'}
		case $line in
		'# guest exit '*) status=${line##* } ;;
		'# guest debug_locks '*) locks=${line##* } ;;
		1..[0-9]*) planned=${line#1..} ;;
		'ok - '* | 'not ok - '*)
			seen=$((seen + 1))
			result "${line%%ok - *}ok - $prefix${line#*ok - }"
			;;
		*) printf '%s\n' "$line" ;;
		esac
	done
	if [ -n "$planned" ] && [ "$planned" != "$seen" ]; then
		result "not ok - ${prefix}ran $planned tests as planned, not $seen"
	fi
	case $status in
	0) result "ok - ${prefix}the script ended with status 0" ;;
	'') result "not ok - ${prefix}the script ended" ;;
	*) result "not ok - ${prefix}the script ended with status 0, not $status" ;;
	esac
	case $locks in
	'') ;;
	1) result "ok - ${prefix}debug_locks is still 1" ;;
	*) result "not ok - ${prefix}debug_locks is still 1, not $locks" ;;
	esac
}

# console_errors FILE: prints the kernel's warnings and errors. Ignores "suspicious RCU usage" in
# AppArmor's __lookupn_profile, which is a fault of the kernel itself.
console_errors()
{
	tr -d '\r' <"$1" | awk '
	/WARNING: suspicious RCU usage/ { block = 1; text = ""; own = 0 }
	block {
		text = text $0 "\n"
		if (/__lookupn_profile/) own = 1
		if (/<\/TASK>/) { if (!own) printf "%s", text; block = 0 }
		next
	}
	{ print }
	END { if (block) printf "%s", text }' |
		{ [ -z "$allow" ] && cat || grep -vE -- "$allow"; } | grep -aE -- "$error_patterns" || true
}

# take_slots N: waits until N slots are free and takes them; give_slots returns them. Each emulated
# processor needs a slot. Slots limit the number of guests that run at the same time, because a
# guest that gets too little processor time looks like a hanging one. There is one slot more than
# the machine has processors.
take_slots()
{
	local i slot queue

	mkdir -p "$CACHE/lock"
	slots=()
	# Only one process takes slots at a time: two could wait for each other's slots.
	exec {queue}>"$CACHE/lock/guests"
	flock "$queue"
	while [ ${#slots[@]} -lt "$1" ]; do
		for ((i = $(nproc); i >= 0 && ${#slots[@]} < $1; i--)); do
			exec {slot}>>"$CACHE/lock/guest-$i"
			if flock -n "$slot"; then
				slots+=("$slot")
			else
				exec {slot}>&-
			fi
		done
		[ ${#slots[@]} -ge "$1" ] || sleep 0.3
	done
	exec {queue}>&-
}

give_slots()
{
	local slot

	for slot in "${slots[@]}"; do
		exec {slot}>&-
	done
}

# boot_qemu WORK PREFIX LIMIT CPUS ARGUMENT...: boots once, prints the guest's TAP, and adds the
# tests of the exit status and of the console. The console is the first serial port, the script's
# output the second.
boot_qemu()
{
	local work=$1 prefix=$2 limit=$3 smp=$4 status=0 failed_before=$failed lines

	shift 4
	: >"$work/tap"
	: >"$work/console"
	take_slots "${slots_wanted:-$smp}"
	# Multi-threaded TCG: kernels that patch themselves run correctly under that of QEMU 10.
	# One socket for each processor: without ACPI the BIOS reports one processor of each socket.
	in_chroot "${QEMU_ROOT:-$CACHE/chroot/tools}" "$work" timeout --foreground -s KILL "$limit" qemu-system-x86_64 \
		-machine q35,sata=off,smbus=off,usb=off -accel "tcg,thread=${QEMU_THREADS:-multi}" -nodefaults -display none -no-reboot \
		-smp "$smp,sockets=$smp" -serial file:console -serial file:tap "$@" \
		</dev/null >"$work/qemu.log" 2>&1 &
	qemu=$!
	pass_on "$prefix" < <(exec tail -n +1 -s 0.1 -f --pid="$qemu" "$work/tap")
	wait "$qemu" || status=$?
	qemu=''
	give_slots
	case $status in
	0) ;;
	137) result "not ok - ${prefix}ended within $limit s" ;;
	*)
		result "not ok - ${prefix}QEMU ended with status 0, not $status"
		sed 's/^/# /' "$work/qemu.log"
		;;
	esac
	lines=$(console_errors "$work/console")
	if [ -z "$lines" ]; then
		result "ok - ${prefix}console is clean"
	else
		result "not ok - ${prefix}console is clean"
		head -n 40 <<<"$lines" | sed 's/^/# /'
	fi
	if [ "$failed" -gt "$failed_before" ]; then
		echo "# the console is in $work/console; its end:"
		tail -n 15 "$work/console" | tr -d '\r' | sed 's/^/# | /'
	fi
}
