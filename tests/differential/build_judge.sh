#!/bin/sh
# Builds one of the Go programs that judge: build_judge.sh MODULES GO SOURCE_FOLDER PROGRAM
#
# Where the modules (MODULES names them) are neither in the cache nor reachable there is no judge: the
# reason is written to PROGRAM.skipped, and the tests say so and are skipped. What does not compile is
# an error.
set -eu
modules=$1
go=$2
folder=$3
program=$4
rm -f "$program" "$program.skipped"
cd "$folder"
export GOFLAGS="${GOFLAGS:-} -mod=readonly" GOTOOLCHAIN=local
if ! reason=$("$go" list -deps . 2>&1 >/dev/null); then
  echo "the Go modules of $modules are not to be had: $(echo "$reason" | tail -n 1)" >"$program.skipped"
  exit 0
fi
nice "$go" build -trimpath -ldflags='-s -w' -o "$program" .
