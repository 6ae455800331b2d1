# SPDX-License-Identifier: GPL-2.0-only
#
# Runs TAP tests, like `prove`. The last line has the totals: N passed, N failed[, N skipped].
use strict;
use warnings;
use TAP::Harness;

my $harness = TAP::Harness->new({
	exec => [],
	merge => 1,
	failures => 1,
	timer => 1,
	# The number of slots for guests on two processors, see take_slots in tests/vm/boot.sh.
	jobs => $ENV{JOBS} || 3,
});
my $results = $harness->runtests(@ARGV);
my $failed = $results->failed;

# A script that exits with an error or violates its plan counts as one more failure.
for my $parser ($results->parsers) {
	$failed++ if $parser->exit || $parser->parse_errors;
}
my $skipped = $results->skipped;
my $passed = $results->passed - $skipped;
print "$passed passed, $failed failed", $skipped ? ", $skipped skipped" : '', "\n";
exit($failed ? 1 : 0);
