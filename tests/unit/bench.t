#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The calculations of `make bench`: medians, differences, limits, invalid results.

bench=$(cd "$(dirname "$0")/../bench" && pwd)
results=$bench/results
recorded=$bench/../golden/data/recorded.log
scratch=$(mktemp -d) && cd "$scratch" || exit 1
trap 'rm -rf "$scratch"' EXIT
number=0
failed=0

# is GOT WANTED NAME
is()
{
	number=$((number + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $number - $3"
	else
		failed=1
		echo "not ok $number - $3"
		printf 'got:\n%s\nwanted:\n%s\n' "$1" "$2" | sed 's/^/# /'
	fi
}

# boot CONFIGURATION/NUMBER CASE LINE...: writes the results of a boot, "OPERATION=COST".
boot()
{
	boot_dir=boots/$1/tmp boot_case=$2
	shift 2
	mkdir -p "$boot_dir/costs"
	printf '%s\n' "$@" | tr '=' '\t' >"$boot_dir/costs/$boot_case"
	: >>"$boot_dir/facts"
}

table()
{
	perl "$results" collect boots release=6.1 revision=r base=old >json &&
		perl "$results" table json
}

boot none/1 main getpid=320 stat=3000 'first open+close of a file=7000'
boot none/2 main getpid=324 stat=3100 'first open+close of a file=7000'
boot none/3 main getpid=999 stat=3200 'first open+close of a file=7000'
boot learn/1 main getpid=324 stat=3450 'first open+close of a file=1007000'
boot learn/2 main getpid=324 stat=3453 'first open+close of a file=1007000'
boot own/1 main 'first open+close of a file=52000'
boot syscall/1 main 'first open+close of a file=247000'
boot empty/1 main getpid=324 stat=3099
is "$(table | grep -v ' -  *+*[0-9,]*  *-')" 'Linux 6.1, ashiato r; median of 2 boots with it and 3 without

guest instructions                             no                    at         empty
an operation                               module     ashiato      most    met  hooks
getpid                                        324           0         0     ok      0
stat                                        3,100        +351      +350   FAIL     -1
first open+close of a file                  7,000  +1,000,000    +6,000   FAIL      -
... with its record, record=own                       +45,000   +45,000     ok
... with its record, record=syscall                  +240,000  +160,000  known

2 of 5 within their limits, 1 known not to be' "medians, differences and limits"

boot base-learn/1 main stat=3600
is "$(table | sed -n '/^Cost/,$p' | grep -E '^(Cost|an operation|stat)')" \
	'Cost of the module, at revision old and now:
an operation                               module   old         now  change
stat                                        3,100  +500        +351    -149' \
	"comparison with an older revision"

rm -rf boots
boot bounds-none/1 bounds 'TCP connection, new client port=58000'
boot bounds/1 bounds 'TCP connection, new client port=59500' \
	'TCP connection, new client port: new entries=0' 'TCP connection, new client port: records=1'
boot boot-none/1 main boot=6000000000
boot boot-off/1 main boot=6300000000 'hard link made, removed=1'
boot boot-default/1 main boot=6720000000
boot native/1 main 1=10500 100000=100900
# table_bounds: also prints the status
table_bounds()
{
	table | grep -v ' -$'
	perl "$results" table json >/dev/null
	echo "status $?"
}
is "$(table_bounds)" '
record=syscall and auditd                no module  ashiato  at most   met
TCP connection, new client port             58,000   +1,500   +1,500    ok
... new entries                                           0        0    ok
... records                                               1        0  FAIL

instructions               no module  ashiato  times  at most   met
boot, million, record=off      6,000    6,300  1.050     1.04  FAIL
boot, million, default         6,000    6,720  1.120     1.12    ok

files used in turn                          1  100,000
nanoseconds for hash, look-up and count  10.5    100.9

3 of 5 within their limits
status 1' "bounds, a boot, the core"

boot bounds/1 bounds 'TCP connection, new client port: records=0'
boot boot-off/1 main boot=6200000000
is "$(table_bounds | tail -n 2)" '3 of 3 within their limits
status 0' "the status when all limits are met"

rm -rf boots
for with in none learn; do
	for what in accesses tasks; do
		boot $what-$with/1 10 stat=3000
		boot $what-$with/1 1000 stat=3000
	done
	boot hammer-$with/1 hammer opens=300
	boot hammer-$with/1 counted one=60000 two=61000
done
boot accesses-learn/1 1000 stat=3250
boot hammer-learn/1 counted one=64000 two=66560
# facts BOOT ACCESSES TASKS BYTES
facts()
{
	printf 'accesses\t%d\ntasks\t%d\nmemory_bytes\t%d\n' "$2" "$3" "$4" >"boots/$1/1/tmp/facts"
}
facts hammer-learn 10 5 1000000
facts accesses-learn 1010 5 1100000
facts tasks-learn 110 1005 1060000
printf 'hammer_done\t%d\nhammer_counted\t%d\n' 300 299 >>boots/hammer-learn/1/tmp/facts
is "$(table)" '
added, by accesses in the domain  10  1,000
stat                               0   +250

added, by number of live tasks  10  1,000
stat                             0      0

Two processors open one file at the same time, in one domain: 300 opens, 299 counted.
instructions per open  alone  two at once  difference
no module              6,000        6,100      +1.7 %
ashiato                6,400        6,656      +4.0 %

Memory: 100 bytes per access, including its pathname; 50 bytes per live task.' \
	"scale, two processors, memory"

echo stat 5 >boots/hammer-none/1/tmp/facts
is "$(table 2>&1)" 'results: boots/hammer-none/1/tmp/facts:1: not NAME<tab>NUMBER' \
	"a malformed line"
rm -rf boots
mkdir -p boots/none/1
is "$(table 2>&1)" 'results: boots/none/1: nothing was measured' "a boot that measured nothing"
rm -rf boots
is "$(table 2>&1)" 'results: boots: no boots' "no boots"
echo '[]' >json
is "$(perl "$results" table json 2>&1)" \
	"results: json: not written by \`results collect\`" "JSON without results"
records=$(wc -l <"$recorded")
is "$(perl "$bench/grow-log" "$records" "$recorded" | diff - "$recorded")" "" \
	"grow-log: the first day is the original log"
is "$(perl "$bench/grow-log" $((2 * records + 1)) "$recorded" | tail -n 1 | cut -c 1-240)" \
	'type=SYSCALL msg=audit(1795433861.616:20535): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f83e2e10970 a2=0 a3=0 items=0 ppid=16217 pid=16218 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1' \
	"grow-log: the third day has its own times, serial numbers and pids"
seq 200 | sed 's|.*|type=PATH msg=audit(1.0:&): name="/&"|' >log
is "$(perl "$bench/grow-log" 600 log | sed 's/.*name=//' | sort -u | wc -l)" 234 "grow-log: some names are new each day"
echo "1..$number"
exit $failed
