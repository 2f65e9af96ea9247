#!/bin/sh
# spack-finish.sh OUT SPACK-COMMAND... : makes what comes after independent of Spack.
#
#   /opt/view              a folder instead of a link to one with a hash in its name
#   OUT/activate.sh        what `spack env activate` does, for shells
#   OUT/environment        the same as variables, each ended by a zero byte
#   OUT/targets            a line for each installed package: folder, target, compiler flags of the target
set -eu
out=$1
shift
mkdir -p "$out"

# Into an empty environment: nothing of the image in which it is built may get into the final one.
env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  SPACK_PYTHON="${SPACK_PYTHON-}" SPACK_DISABLE_LOCAL_CONFIG=1 "$@" env activate --sh /opt/spack-environment |
  grep '^export ' | grep -v '^export SPACK_' >"$out/activate.sh"
# shellcheck disable=SC2016 # for the inner shell
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  sh -c '. "$1"; unset PWD SHLVL OLDPWD _; exec env -0' sh "$out/activate.sh" >"$out/environment"

if [ -L /opt/view ]; then
  target=$(readlink -f /opt/view)
  rm /opt/view
  mv "$target" /opt/view
  ln -s /opt/view "$target"
fi

for folder in /opt/software/*/; do
  spec=$folder.spack/spec.json
  [ -e "$spec" ] || continue
  # SPACK_TARGET_ARGS_CC of 1.x, SPACK_TARGET_ARGS of 0.23
  flags=$(grep -h -o 'SPACK_TARGET_ARGS\(_CC\)\?=.*' "$folder.spack/spack-build-env.txt" 2>/dev/null | head -n 1 || true)
  printf '%s\t%s\n' "${folder%/}" "$flags"
done >"$out/targets"
