# SPDX-License-Identifier: GPL-2.0-only
#
# What `prove` does, with a last line that counts: N passed, N failed[, N skipped].
use strict;
use warnings;
use TAP::Harness;

my $harness = TAP::Harness->new({
	exec => [],
	merge => 1,
	failures => 1,
	timer => 1,
	# One more than there are guests at once: it builds meanwhile.
	jobs => $ENV{JOBS} || 3,
});
my $results = $harness->runtests(@ARGV);
my $failed = $results->failed;

# A test that died, or did not keep to its plan, failed in one more way.
for my $parser ($results->parsers) {
	$failed++ if $parser->exit || $parser->parse_errors;
}
my $skipped = $results->skipped;
my $passed = $results->passed - $skipped;
print "$passed passed, $failed failed", $skipped ? ", $skipped skipped" : '', "\n";
exit($failed ? 1 : 0);
