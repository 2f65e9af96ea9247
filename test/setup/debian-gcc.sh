#!/bin/bash
# Debian bookworm's GCC 11 as a relocatable tree, from the mirrors that this machine uses: the source archive of a
# compiler that a Spack recipe of the tests installs within seconds. C and C++ only.
#
#     <cache>/debian-gcc-11.tar.gz
set -eu
cd "$(dirname "$0")/../.."

archive=${CIC_TEST_CACHE:-/var/cache/cic-test}/debian-gcc-11.tar.gz
packages='cpp-11 gcc-11 g++-11 libgcc-11-dev libstdc++-11-dev libgcc-s1 libstdc++6'
[ ! -e "$archive" ] || exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/root" "$(dirname "$archive")"
node test/setup/host-sources.ts bookworm >"$work/all.sources"
options=(-qq -o "Dir::State::Lists=$work/lists" -o "Dir::Etc::sourcelist=$work/all.sources"
  -o 'Dir::Etc::sourceparts=/dev/null' -o 'APT::Sandbox::User=root')
apt-get "${options[@]}" update
# shellcheck disable=SC2086 # a list of words
(cd "$work" && apt-get "${options[@]}" download $packages)
for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$work/root"; done

cd "$work/root"
mv lib/x86_64-linux-gnu/* usr/lib/x86_64-linux-gnu/
ln -s lib/x86_64-linux-gnu usr/lib64
for name in gcc g++; do ln -s "$name-11" "usr/bin/$name"; done
rm -r usr/share usr/bin/*lto-dump* usr/lib/gcc/x86_64-linux-gnu/11/{lto1,plugin,*san*,libcc1.so}
tar --create --gzip --file="$archive.$$" --transform='s,^usr,gcc-11,' usr
mv "$archive.$$" "$archive"
