#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# `cover`: which lines cover which.

use strict;
use warnings;
use FindBin;
use Test::More;
require "$FindBin::Bin/cover";

# A line of ashiato, then lines of TOMOYO that it covers (+) or not (-).
my @cases = (
	['file read /a/\*', '+file read /a/b', '+file read /a/b\040c', '-file read /a/b/c', '-file read /a/b/',
		'-file write /a/b', '-file read /ab'],
	['file mkdir /a/\*/ 0755', '+file mkdir /a/b/ 0755', '-file mkdir /a/b/ 0700', '-file mkdir /a/b/c/ 0755'],
	['file read /a/\{\*\}/\*', '+file read /a/b/c', '+file read /a/b/c/d', '-file read /a/b', '-file read /a/b/'],
	['file read /a/\{\*\}/', '+file read /a/b/', '+file read /a/b/c/', '-file read /a/', '-file read /a/b'],
	['file read /a.b\\\\/\*', '+file read /a.b\\\\/c', '-file read /axb\\\\/c'],
	['network unix stream listen \000\x\x\x\x\x', '+network unix stream listen \0005e4FA',
		'-network unix stream listen \0005e4g5', '-network unix stream listen \0005e45'],
	['file rename /a/\* /b', '+file rename /a/c /b', '-file rename /a/c /d'],
	['file execute /a/\* exec.realpath="/a/\*" exec.argv[0]="\*"',
		'+file execute /a/b exec.realpath="/a/b" exec.argv[0]="x"',
		'-file execute /a/b exec.realpath="/c/b" exec.argv[0]="x"', '-file execute /a/b'],
	['file ioctl /a 0x0-0xFFFFFFFF', '+file ioctl /a 0x5401', '+file ioctl /a 0xFFFFFFFF', '-file ioctl /b 0x5401'],
	['file chmod /a 00-07777', '+file chmod /a 0755', '+file chmod /a 00', '-file chmod /a 010000'],
	['file chown /a 0-4294967295', '+file chown /a 1000', '-file chgrp /a 1000'],
	['network inet dgram send 10.0.0.0-10.0.0.255 53', '+network inet dgram send 10.0.0.7 53',
		'-network inet dgram send 10.0.1.0 53', '-network inet dgram send 10.0.0.7 54', '-network inet dgram send ::7 53'],
	['network inet stream connect 9.0.0.0-10.0.0.255 1024-65535', '+network inet stream connect 9.200.0.1 2000',
		'-network inet stream connect 9.200.0.1 80', '-network inet stream connect 100.0.0.1 2000'],
	['network inet stream bind 2001:db8::-2001:db8::ffff:ffff:ffff:ffff 0-65535',
		'+network inet stream bind 2001:db8::5 1', '-network inet stream bind 2001:db9::5 1'],
	['network unix dgram bind \000\*', '+network unix dgram bind \000x', '-network unix dgram bind /x'],
	['misc env \*', '+misc env PATH'],
	['misc env 1-5', '-misc env 3', '+misc env 1-5'],
);
for my $case (@cases) {
	my ($ours, @lines) = @$case;

	for (@lines) {
		my ($sign, $line) = /^(.)(.*)/s;

		is(Cover::covers($ours, $line) ? '+' : '-', $sign, "$ours: $_");
	}
}
is(Cover::covers_domain('<kernel> /a/\*', '<kernel> /a/b', 0), 1, 'a domain with a pattern');
is(Cover::covers_domain('<kernel> /a', '<kernel> /a /b', 0), 0, 'a domain below');
is(Cover::covers_domain('<kernel> /a', '<kernel> /a /b', 1), 1, 'a domain below one at the maximum depth');
is(Cover::covers_domain('<kernel> /a', '<kernel> /c /b', 1), 0, 'another domain at the maximum depth');
is(Cover::covers_domain('<kernel> /a', '<kernel> /a /b', 2), 0, 'a domain below one that is not at the maximum depth');

my $tomoyo = "<kernel> /a\nuse_profile 1\nfile read/write /b/c\nmisc env X\n";
is_deeply((Cover::uncovered([], '', $tomoyo, "<kernel> /a\nfile read /b/\\*\nfile write /b/\\*\nmisc env X\n", 0))[0], [],
	'a policy that is covered');
is_deeply((Cover::uncovered([], '', $tomoyo, "<kernel> /a\nfile read /b/\\*\nmisc env X\n", 0))[0],
	['<kernel> /a: file write /b/c'], 'a line that is not covered');
is_deeply((Cover::uncovered([], '', $tomoyo, "<kernel> /b\nfile read /b/c\n", 0))[0], ['no domain: <kernel> /a'],
	'a domain that is not covered');
done_testing;
