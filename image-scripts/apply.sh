#!/bin/sh
# apply.sh OUT : does in this image what post_inst.sh did in the one in which it ran; see collect.sh.
# apt is ready to be used.
set -eu
out=$1

is_installed() {
  dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -q '^installed'
}

missing='' unwanted=''
while read -r package; do
  [ -z "$package" ] || is_installed "$package" || missing="$missing $package"
done <<END
$(cat "$out/apt-installed" "$out/libraries")
END
while read -r package; do
  ! is_installed "$package" || unwanted="$unwanted $package"
done <"$out/apt-removed"
# shellcheck disable=SC2086 # lists of words
{
  [ -z "$missing" ] || { apt-get update && apt-get install --yes --no-install-recommends $missing; }
  [ -z "$unwanted" ] || apt-get remove --yes $unwanted
}

sed -z 's,^,/,' "$out/removed" | xargs -0 -r rm -rf --
tar --extract --file="$out/changes.tar" --directory=/ --xattrs --xattrs-include='*' --numeric-owner \
  --same-permissions --same-owner --keep-directory-symlink
ldconfig
