#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fuzz the parsers of untrusted text with libFuzzer under ASan and UBSan: first the
# inputs in corpus/, then new ones for FUZZ_SECONDS, shared by all fuzzers. FUZZ_SEED
# selects the new inputs; 0 selects others in each run. Failing inputs are kept in O
# (see the Makefile).

cd "$(dirname "$0")" || exit 1
. ../vm/lib.sh
set +e
O=${O:-build}
FUZZ_SECONDS=${FUZZ_SECONDS:-240}
FUZZ_SEED=${FUZZ_SEED:-1}
# Record no allocation stacks, which is faster. To see them, run a fuzzer with one input and without
# these options.
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=0:allow_addr2line=1
export UBSAN_OPTIONS=print_stacktrace=1
limits=(-max_len=4096 -timeout=60 -rss_limit_mb=512)

# ASan needs an address space without randomization.
runner=()
if setarch -R true 2>/dev/null; then
	runner=(setarch -R)
fi

# The fuzzers, and their shares of the time.
parts=(audit 10 policy 6 ignore 4 live 3 transition 3 unpack 2 rules 1 lines 1 pattern 1 encode 1)

scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

build()		# O LKM WHAT
{
	mkdir -p "$1" && flock "$1" make -s CLANG=clang O="$1" LKM="$2" "$3" >&2
}

runtime()
{
	echo "$(clang -print-runtime-dir)/libclang_rt.fuzzer-$(uname -m).a"
}

if ! (need clang clang && need "$(runtime)" libclang-rt-dev) >&2 ||
   ! build "$O" ../../lkm all; then
	printf "not ok 1 - the fuzzers build\n1..1\n"
	exit 1
fi

number=0 bad=0
report()	# VERDICT NAME
{
	echo "$1 $((++number)) - $2"
	[ "$1" = ok ] || bad=1
}

# fuzz O PROGRAM SECONDS: writes the output to $scratch/output.
fuzz()
{
	local runs=-1

	[ "$3" -gt 0 ] || runs=0
	mkdir -p "$1/corpus/$2" "$1/found"
	TMPDIR=$scratch "${runner[@]}" "$1/$2" "${limits[@]}" -dict="$O/words" -runs=$runs \
		-seed="$FUZZ_SEED" -max_total_time="$3" -print_final_stats=1 -artifact_prefix="$1/found/$2-" \
		"$1/corpus/$2" "corpus/$2" >"$scratch/output" 2>&1
}

# Print the input that made the fuzzer fail.
failed_input()
{
	sed -n 's/.*Test unit written to //p' "$scratch/output" | tail -n 1
}

# repeats O PROGRAM: whether the input alone makes the program fail, too. Otherwise the
# machine was the reason: memory ran out, or a signal ended the fuzzer.
repeats()
{
	local input

	input=$(failed_input)
	[ -n "$input" ] && ! "${runner[@]}" "$1/$2" "${limits[@]}" "$input" >/dev/null 2>&1
}

# Print the error of a failed fuzzer, and the command that repeats it.
print_failure()	# O PROGRAM
{
	local input

	grep -aE 'does not hold|ERROR: |SUMMARY: |runtime error: ' "$scratch/output"
	grep -aE '^ *#[0-9]+ .* in .*\.c:' "$scratch/output" | head -n 12
	input=$(failed_input)
	[ -n "$input" ] || { tail -n 5 "$scratch/output"; return; }
	echo "type: make -C tests/fuzz && cd tests/fuzz && $1/$2 $input"
	[ "$(stat -c %s "$input")" -gt 4096 ] || echo "input: $(base64 -w 0 "$input")"
}

# Print the number of inputs and of code edges reached.
figures()
{
	local runs cov

	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$scratch/output")
	cov=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$scratch/output" | tail -n 1)
	echo "# $runs inputs, $cov edges"
}

sum=0
for ((i = 1; i < ${#parts[@]}; i += 2)); do
	((sum += parts[i]))
done
for ((i = 0; i < ${#parts[@]}; i += 2)); do
	program=${parts[i]}
	seconds=$((FUZZ_SECONDS * parts[i + 1] / sum))
	status=0
	fuzz "$O" "$program" $seconds || status=$?
	if [ $status -ne 0 ] && ! repeats "$O" "$program"; then
		echo "# $program: exit status $status, not repeated by its input; running again"
		print_failure "$O" "$program" | sed 's/^/# /'
		status=0
		fuzz "$O" "$program" $seconds || status=$?
	fi
	if [ $status -eq 0 ]; then
		report ok "$program: $seconds s"
		figures
	else
		reason=$(print_failure "$O" "$program" | head -n 1)
		report "not ok" "$program: $seconds s: exit status $status: ${reason//#/}"
		print_failure "$O" "$program" | sed 's/^/# /'
	fi
done

# Plant a fault: one byte is read past a name that ends in the middle of \ooo.
ln -s "$PWD/.." "$scratch/tests"
cp -r ../../lkm "$scratch/lkm"
sed -i 's/end - text >= 4/end - text >= 3/' "$scratch/lkm/policy/pattern.c"
name="a planted fault is found"
if cmp -s ../../lkm/policy/pattern.c "$scratch/lkm/policy/pattern.c" ||
   ! build "$scratch/build" "$scratch/lkm" "$scratch/build/pattern"; then
	report "not ok" "$name: it could not be planted"
elif fuzz "$scratch/build" pattern 60; then
	report "not ok" "$name"
elif grep -q 'AddressSanitizer: heap-buffer-overflow' "$scratch/output"; then
	report ok "$name"
else
	report "not ok" "$name"
	print_failure "$scratch/build" pattern | sed 's/^/# /'
fi
echo "1..$number"
exit $bad
