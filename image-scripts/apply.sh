#!/bin/sh
# apply.sh OUT : does in this image what post_inst.sh did in the one in which it ran; see collect.sh.
# apt is ready to be used.
set -eu
out=$1

missing=''
while read -r package; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing="$missing $package"
done <<END
$(cat "$out/apt-installed" "$out/libraries")
END
if [ -n "$missing" ]; then
  apt-get update
  # shellcheck disable=SC2086 # a list of words
  apt-get install --yes --no-install-recommends $missing
fi
while read -r package; do
  ! dpkg-query -W "$package" >/dev/null 2>&1 || apt-get remove --yes "$package"
done <"$out/apt-removed"

tar --extract --file="$out/changes.tar" --directory=/ --xattrs --xattrs-include='*' --numeric-owner \
  --same-permissions --same-owner --keep-directory-symlink
sed -z 's,^,/,' "$out/removed" | xargs -0 -r rm -rf --
ldconfig
