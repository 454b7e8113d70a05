#!/bin/sh
# Runs the comparison with HashiCorp's own code: run.sh PROGRAM COMMAND...
#
# PROGRAM is the judge that build.sh makes. Without it, say why, loudly, and leave: no failure.
set -eu
program=$1
shift
if [ ! -x "$program" ]; then
  reason="no Go 1.24 or newer"
  [ ! -f "$program.skipped" ] || reason=$(cat "$program.skipped")
  echo "SKIPPED: whomay is not compared with HashiCorp's evaluator: $reason"
  exit 0
fi
exec "$@"
