#!/bin/sh
# Runs a comparison with the real code: run_judge.sh MODULES PROGRAM COMMAND...
#
# PROGRAM is the judge over MODULES that build_judge.sh makes. Without it, say why, loudly, and leave: no
# failure. With --build GO SOURCE_FOLDER in front, it is built here and now.
set -eu
if [ "$1" = --build ]; then
  sh "$(dirname "$0")/build_judge.sh" "$4" "$2" "$3" "$5"
  shift 3
fi
modules=$1
program=$2
shift 2
if [ ! -x "$program" ]; then
  reason="no Go 1.24 or newer"
  [ ! -f "$program.skipped" ] || reason=$(cat "$program.skipped")
  echo "SKIPPED: whomay is not compared with $modules: $reason"
  exit 0
fi
exec "$@"
