#!/bin/sh
# What a newcomer sees: `make demo` from a clone, inside a minimal Debian 12 that has git, make and a
# compiler and nothing else. Needs root, debootstrap and 1 GB; leaves nothing behind.
#
#   cmake/newcomer.sh [TARGET]     TARGET is demo unless given
#
# DEBIAN_MIRROR says where packages come from; the machine's own apt sources unless set.
set -eu
cd "$(dirname "$0")/.."
target=${1:-demo}
[ "$(id -u)" = 0 ] || { echo "make newcomer needs root"; exit 1; }

mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  awk '/^deb / { sub(/\[[^]]*\] /, ""); print $2; exit } /^URIs:/ { print $2; exit }')}

work=$(mktemp -d)
root=$work/root
cleanup() {
  umount "$root/proc" 2>/dev/null || umount -l "$root/proc" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

echo "== a minimal Debian 12 =="
debootstrap --variant=minbase --include=ca-certificates,git,make,g++ bookworm "$root" "$mirror" \
  > "$work/debootstrap.log" 2>&1 || { tail -20 "$work/debootstrap.log"; exit 1; }
# How this machine reaches its packages holds inside too.
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
cp /etc/apt/apt.conf.d/*proxy* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
if [ -d /usr/local/share/ca-certificates ]; then
  cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
  chroot "$root" update-ca-certificates > /dev/null
fi
mount -t proc proc "$root/proc"

echo "== git clone =="
git clone --quiet . "$root/whomay"

echo "== make $target =="
chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" \
  ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
  make -C /whomay "$target"
