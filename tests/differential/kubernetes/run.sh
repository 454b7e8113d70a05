#!/bin/sh
# Runs a comparison with Kubernetes' own code: run.sh PROGRAM COMMAND...
#
# PROGRAM is the judge that build.sh makes. Without it, say why, loudly, and leave: no failure.
# With --build GO SOURCE_FOLDER in front, it is built here and now.
set -eu
if [ "$1" = --build ]; then
  sh "$(dirname "$0")/build.sh" "$2" "$3" "$4"
  shift 3
fi
program=$1
shift
if [ ! -x "$program" ]; then
  reason="no Go 1.24 or newer"
  [ ! -f "$program.skipped" ] || reason=$(cat "$program.skipped")
  echo "SKIPPED: whomay is not compared with Kubernetes: $reason"
  exit 0
fi
exec "$@"
