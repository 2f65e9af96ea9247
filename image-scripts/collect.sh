#!/bin/sh
# collect.sh BEFORE OUT PREFIX... : what has changed since snapshot.sh, for apply.sh in the final image.
#
#   OUT/removed            paths that are gone or of another type, each ended by a zero byte
#   OUT/changes.tar        new and changed files, with owners, modes and extended attributes
#   OUT/apt-installed      packages that were asked for, one a line
#   OUT/apt-removed        packages that are gone
#   OUT/libraries          Debian packages of the libraries that programs below PREFIX... and in changes.tar need
#   OUT/missing            libraries that are not even here: the step lacks them, not the final image
set -eu
before=$1 out=$2
shift 2
here=$(dirname "$0")
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rm -f /etc/apt/apt.conf.d/00cic-keep
sh "$here/snapshot.sh" "$work/after"
xargs -r apt-mark manual <"$before.asked" >/dev/null 2>&1 || :
cp "$work/after.manual" "$out/apt-installed"
LC_ALL=C comm -23 "$before.packages" "$work/after.packages" >"$out/apt-removed"
LC_ALL=C comm -13 "$before.packages" "$work/after.packages" >"$work/new-packages"

LC_ALL=C comm -z -13 "$before" "$work/after" | cut -z -d ' ' -f 7- >"$work/changed"
cut -z -d ' ' -f 1,7- "$before" | LC_ALL=C sort -z >"$work/types-before"
cut -z -d ' ' -f 1,7- "$work/after" | LC_ALL=C sort -z >"$work/types-after"
LC_ALL=C comm -z -23 "$work/types-before" "$work/types-after" | cut -z -c 3- >"$out/removed"

# apt brings the files of packages into the final image itself …
while read -r package; do
  dpkg-query -L "$package" 2>/dev/null || dpkg-query -L "${package%:*}"
done <"$work/new-packages" | LC_ALL=C sort -u >"$work/listed"
# … but for what the script did to them.
xargs -r dpkg --verify <"$work/new-packages" >"$work/verified" 2>/dev/null || :
sed -n 's,^..5[^/]*\(/.*\),\1,p' "$work/verified" | LC_ALL=C sort -u >"$work/edited"
sed -n 's,^missing[^/]*/\([^(]*[^ (]\).*,\1,p' "$work/verified" | tr '\n' '\0' >>"$out/removed"
LC_ALL=C comm -23 "$work/listed" "$work/edited" | sed 's,^/,,' | tr '\n' '\0' | LC_ALL=C sort -z -u >"$work/packaged"
LC_ALL=C sort -z "$work/changed" | LC_ALL=C comm -z -23 - "$work/packaged" |
  grep -z -v -x -e '' -e etc/ld.so.cache -e etc/hosts -e etc/resolv.conf -e etc/hostname >"$work/own" || :
tar --create --file="$out/changes.tar" --directory=/ --no-recursion --null --files-from="$work/own" \
  --xattrs --numeric-owner

sed -z 's,^,/,' "$work/own" | perl "$here/find-libraries.pl" needed "$@" >"$work/needed"
sed -n 's/^missing\t//p' "$work/needed" | cut -f 1 | LC_ALL=C sort -u >"$out/missing"
sed -n 's/^library\t//p' "$work/needed" | LC_ALL=C sort -u | while read -r library; do
  # /lib is a link to /usr/lib, and dpkg may know the file by either name; of diverted ones it says that first.
  { dpkg-query -S "$library" "${library#/usr}" "/usr$library" 2>/dev/null || :; } |
    sed -e '/^diversion /d' -e 's/[,:].*//' -e q
done | LC_ALL=C sort -u >"$out/libraries"
