#!/bin/sh
# Builds the Go program that judges: build.sh GO SOURCE_FOLDER PROGRAM
#
# Where the modules are neither in the cache nor reachable there is no judge: the reason is written to
# PROGRAM.skipped, and the tests say so and are skipped. What does not compile is an error.
set -eu
go=$1
folder=$2
program=$3
rm -f "$program" "$program.skipped"
cd "$folder"
export GOFLAGS="${GOFLAGS:-} -mod=readonly" GOTOOLCHAIN=local
if ! reason=$("$go" list -deps . 2>&1 >/dev/null); then
  echo "the Go modules hcl/v2 and go-cty are not to be had: $(echo "$reason" | tail -n 1)" >"$program.skipped"
  exit 0
fi
nice "$go" build -trimpath -ldflags='-s -w' -o "$program" .
