#!/bin/bash
# Lets this machine run programs of other platforms: QEMU's user emulation, registered with the kernel.
# Needs root; does nothing when it is there.
set -eu

binfmt=/proc/sys/fs/binfmt_misc
if ! command -v qemu-aarch64-static >/dev/null || ! command -v arch-test >/dev/null || ! command -v update-binfmts >/dev/null; then
  apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends \
    qemu-user-static binfmt-support arch-test >/dev/null
fi
[ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt"
for name in qemu-aarch64 qemu-ppc64le; do
  [ -e "$binfmt/$name" ] || update-binfmts --enable "$name"
done
