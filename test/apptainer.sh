#!/bin/bash
# Runs the real Apptainer in the root folder of test/setup/apptainer.sh, in a mount namespace of its own:
#
#     test/apptainer.sh exec /data/image.sif true
#
# The folders in CIC_APPTAINER_BIND (separated by ":"; default below) are seen at the same places. Needs
# root. Apptainer refuses to work in a chroot, hence pivot_root.
set -eu

if [ "${CIC_APPTAINER_STAGE:-}" != inside ]; then
  CIC_APPTAINER_STAGE=inside exec unshare --mount --propagation private "$0" "$@"
fi
unset CIC_APPTAINER_STAGE

root=${CIC_TEST_CACHE:-/var/cache/cic-test}/apptainer-root
binds=${CIC_APPTAINER_BIND:-/tmp:/var/tmp:/var/cache:$(cd "$(dirname "$0")/.." && pwd)}
[ -e "$root/.complete" ] || { echo "run test/setup/apptainer.sh first" >&2; exit 125; }
here=$PWD

mount --bind "$root" "$root"
for folder in proc dev sys; do
  mount --rbind "/$folder" "$root/$folder"
done
IFS=:
for folder in $binds; do
  mkdir -p "$root$folder"
  mount --bind "$folder" "$root$folder"
done
unset IFS

mkdir -p "$root/.host"
cd "$root"
pivot_root . .host
umount -l /.host
cd "$here" 2>/dev/null || cd /

# As with --no-privs: a virtual machine's root may lack a capability that Apptainer would hand on.
export APPTAINER_NO_PRIVS=true
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec apptainer "$@"
