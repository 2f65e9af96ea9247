#!/bin/bash
# A Spack source mirror of small packages whose sources Debian distributes unchanged: their checksums are those in
# Spack's recipes.
#
#     <cache>/spack-mirror/_source-cache/archive/<2 digits>/<sha256>.<ending>
set -eu
cd "$(dirname "$0")"

mirror=${CIC_TEST_CACHE:-/var/cache/cic-test}/spack-mirror
packages='bzip2 glpk jansson libsigsegv lz4 ncurses nlopt numactl tree'

# Written last; other archives may lie in the mirror too.
complete=$mirror/.complete-${packages// /-}

if [ ! -e "$complete" ]; then
  # shellcheck disable=SC2086 # a list of words
  archives=$(./debian-sources.sh bookworm $packages)
  for archive in $archives; do
    sum=$(sha256sum <"$archive" | cut -c 1-64)
    place=$mirror/_source-cache/archive/${sum:0:2}
    mkdir -p "$place"
    ln -f "$archive" "$place/$sum.${archive##*.orig.}"
  done
  touch "$complete"
fi
