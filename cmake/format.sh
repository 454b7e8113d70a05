#!/bin/sh
# clang-format over our C++ files: in place, or with --check only telling which differ.
set -eu
cd "$(dirname "$0")/.."
format=clang-format-19
files=$(find include lib bindings tests benchmarks examples \( -name '*.cc' -o -name '*.h' \) | LC_ALL=C sort)
case "${1:-}" in
  --check) exec $format --dry-run -Werror $files ;;
  *) exec $format -i $files ;;
esac
