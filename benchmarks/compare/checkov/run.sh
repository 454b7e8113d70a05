#!/bin/sh
# usage: run.sh WHOMAY PLAN WORK_DIRECTORY [QUESTION...]
#
# Seconds and peak memory of whole processes on one plan: an answer of whomay (who may get secrets,
# or QUESTION), and checkov's checks of the plan. They do not do the same; they both read all of it.
# Needs Python 3 with venv; checkov is installed from PyPI, at the version below.
set -eu
version=3.3.30
whomay=$1
plan=$2
work=$3
shift 3
[ $# -gt 0 ] || set -- who get secrets

here=$(cd "$(dirname "$0")" && pwd)
command -v python3 >/dev/null 2>&1 || { echo "SKIPPED: comparison with checkov: no python3"; exit 0; }
mkdir -p "$work"
if [ ! -x "$work/venv/bin/checkov" ]; then
  { python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" install --quiet "checkov==$version" >"$work/pip.log" 2>&1; } ||
    { echo "SKIPPED: comparison with checkov: pip could not install it"; exit 0; }
fi
exec python3 "$here/measure.py" "$plan" -- "$whomay" "$@" -f "$plan" -- \
  "$work/venv/bin/python" "$work/venv/bin/checkov" --file "$plan" --framework terraform_plan \
  --compact --quiet --soft-fail
