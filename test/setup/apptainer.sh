#!/bin/bash
# Makes the root folder from which test/apptainer.sh runs the real Apptainer. Debian has it in sid only,
# with a newer C library than the stable releases. Needs root; does nothing when the folder is complete.
set -eu
cd "$(dirname "$0")/../.."

cache=${CIC_TEST_CACHE:-/var/cache/cic-test}
root=$cache/apptainer-root
mkdir -p "$cache"

# One set-up at a time; the marker is the last file to be written.
exec 9>"$cache/apptainer-root.lock"
flock 9
[ ! -e "$root/.complete" ] || exit 0

command -v mmdebstrap >/dev/null || apt-get install --yes --no-install-recommends mmdebstrap

partial=$cache/apptainer-root.partial
rm -rf "$partial" "$root"
node test/setup/host-sources.ts sid |
  mmdebstrap --variant=minbase --include=apptainer,squashfs-tools,squashfuse,fuse-overlayfs \
    --aptopt='Acquire::Check-Valid-Until "false"' sid "$partial" -

# Apptainer binds these files of the root into every container.
for file in hosts resolv.conf localtime; do
  rm -f "$partial/etc/$file"
  cp -L "/etc/$file" "$partial/etc/$file" 2>/dev/null || : >"$partial/etc/$file"
done
: >"$partial/.complete"
mv "$partial" "$root"
