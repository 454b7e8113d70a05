#!/bin/sh
# usage: run.sh IAM_DIFFERENTIAL WORK_DIRECTORY [CASES] [SEED]
#
# Generates cases, has the judge decide them in a Node process of its own, compares. The judge is installed
# from package.json into the work directory; nothing of it is copied or linked (AGPL-3.0-or-later).
set -eu
program=$1
work=$2
cases=${3:-100000}
seed=${4:-1}
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: differential test of IAM: $1"
  exit 0
}

command -v node >/dev/null 2>&1 || skip "no node"
command -v npm >/dev/null 2>&1 || skip "no npm"
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18')" = true ] || skip "node is older than 18"
mkdir -p "$work"
cp "$here/package.json" "$work/package.json"
if [ ! -d "$work/node_modules/@cloud-copilot/iam-simulate" ]; then
  (cd "$work" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts >npm.log 2>&1) ||
    skip "npm could not install the judge ($work/npm.log)"
fi
"$program" generate "$cases" "$seed" >"$work/cases.jsonl"
node "$here/simulate.mjs" "$work/node_modules" <"$work/cases.jsonl" >"$work/answers.txt"
"$program" compare "$work/cases.jsonl" "$work/answers.txt"
