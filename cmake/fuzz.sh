#!/bin/sh
# Runs every fuzzer of a build folder for some seconds, from its seeds; what they find stays in
# BUILD/corpus, what breaks them in BUILD/crashes.
#
#   cmake/fuzz.sh BUILD SECONDS
set -eu
cd "$(dirname "$0")/.."
build=$1
seconds=$2
mkdir -p "$build/crashes"
for fuzzer in "$build"/tests/fuzz/fuzz_*; do
  [ -x "$fuzzer" ] && [ ! -d "$fuzzer" ] || continue
  name=$(basename "$fuzzer")
  seeds=tests/fuzz/seeds/${name#fuzz_}
  mkdir -p "$build/corpus/$name"
  echo "== $name, $seconds seconds =="
  # One worker a core; a unit that takes 10 s or 2 GB is a finding.
  "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/crashes/$name-" "$build/corpus/$name" $([ -d "$seeds" ] && echo "$seeds") \
    2>"$build/$name.log" || { tail -40 "$build/$name.log"; exit 1; }
  grep -E 'stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)' "$build/$name.log"
done
