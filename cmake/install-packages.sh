#!/bin/sh
# Installs the Debian packages of the sections given that are missing, and nothing else.
#
#   cmake/install-packages.sh SECTION...     sections of debian-packages.txt
#
# As root or with sudo; with neither it prints the one line to run and stops. Asks no questions, takes
# no recommended packages, and updates the package lists only when they do not know a package. On a
# system without apt it says what CMake will look for and leaves the rest to CMake.
set -eu
list="$(dirname "$0")/debian-packages.txt"

wanted=""
for section in "$@"; do
  wanted="$wanted $(awk -v section="[$section]" '
    /^#/ || /^$/ { next }
    /^\[/ { inside = ($0 == section); next }
    inside' "$list")"
done
wanted=$(echo $wanted)  # one line

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "No apt here; the build needs what Debian calls: $wanted"
  exit 0
fi

missing=""
for package in $wanted; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

install="apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
  as_root="env"
elif command -v sudo >/dev/null; then
  as_root="sudo env"
else
  echo "Missing packages, and neither root nor sudo to install them. Run as root:"
  echo "  $install"
  exit 1
fi

echo "Installing:$missing"
run_apt() {
  $as_root DEBIAN_FRONTEND=noninteractive "$@"
}
if ! apt-cache show $missing >/dev/null 2>&1 || ! run_apt $install; then
  # Lists that are missing, or so old that they name files which are gone.
  run_apt apt-get update
  run_apt $install
fi
