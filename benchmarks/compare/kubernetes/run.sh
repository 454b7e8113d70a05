#!/bin/sh
# The table of README.md: run.sh COMPARE MANIFESTS [SECONDS]
#
# COMPARE is the program kubernetes-compare of a Release build (preset bench), MANIFESTS a folder of
# manifests. Needs Go 1.24 and the modules of Kubernetes 1.34.1, from the cache or a proxy.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
judge=$(mktemp -d)/judge
trap 'rm -rf "$(dirname "$judge")"' EXIT
(cd "$here/judge" && nice go build -trimpath -ldflags='-s -w' -o "$judge" .)
"$1" "$judge" "$2" "${3:-1}"
