#!/bin/sh
# snapshot.sh FILE : writes down every file of this file system, for collect.sh to compare with.
#
# A record is `type mode uid gid size change-time path`, ended by a zero byte; the change time tells every
# change of content. Folders have no size and time: their entries stand for themselves.
set -eu
out=$1
mkdir -p "$(dirname "$out")"
find / -xdev \
  \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /opt/cic -o -path /opt/spack \
  -o -path /opt/spack-packages -o -path /var/lib/apt -o -path /var/lib/dpkg \
  -o -path /var/cache/apt -o -path /var/cache/cic -o -path /var/cache/cic-spack -o -path /var/cache/debconf \
  -o -path /var/cache/ldconfig -o -path /var/cache/man -o -path /var/log/apt -o -path /var/log/dpkg.log \
  -o -path /var/log/alternatives.log -o -path /tmp/root/spack-stage -o -path /root/.spack \
  -o -path /root/.cache \) -prune -o \
  \( -type d -printf '%y %m %U %G - - %P\0' -o -printf '%y %m %U %G %s %C@ %P\0' \) |
  LC_ALL=C sort -z >"$out"
dpkg-query -W -f '${db:Status-Status} ${Package}:${Architecture}\n' | sed -n 's/^installed //p' | LC_ALL=C sort >"$out.packages"
apt-mark showmanual 2>/dev/null | LC_ALL=C sort >"$out.manual" || :
