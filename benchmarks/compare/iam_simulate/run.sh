#!/bin/sh
# usage: run.sh IAM_COMPARE WORK_DIRECTORY
#
# Decisions a second and core: the library, then @cloud-copilot/iam-simulate's core engine on prepared
# requests, one after the other on the same cases. Needs Node; the judge is installed as in
# tests/differential/iam.
set -eu
program=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
differential=$here/../../../tests/differential/iam

command -v node >/dev/null 2>&1 || { echo "SKIPPED: comparison with iam-simulate: no node"; exit 0; }
mkdir -p "$work"
cp "$differential/package.json" "$work/package.json"
if [ ! -d "$work/node_modules/@cloud-copilot/iam-simulate" ]; then
  (cd "$work" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts >npm.log 2>&1) ||
    { echo "SKIPPED: comparison with iam-simulate: npm could not install it"; exit 0; }
fi
"$program" write "$work"
echo "library:"
"$program" time 2
echo "iam-simulate, core engine:"
for world in simple administrator irsa scps; do
  printf '%s ' "$world"
  node "$differential/simulate.mjs" "$work/node_modules" --rounds 10 <"$work/$world.jsonl"
done
