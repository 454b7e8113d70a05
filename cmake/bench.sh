#!/bin/sh
# Runs every benchmark of a build folder: cmake/bench.sh BUILD [ARGUMENT OF GOOGLE BENCHMARK...]
set -eu
build=$1
shift
for benchmark in "$build"/benchmarks/*_benchmark; do
  echo "== $(basename "$benchmark") =="
  "$benchmark" "$@"
done
