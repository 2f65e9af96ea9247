#!/bin/bash
# A Spack source mirror of small packages whose sources Debian distributes unchanged, from the mirrors that
# this machine uses: their checksums are those in Spack's recipes.
#
#     <cache>/spack-mirror/_source-cache/archive/<2 digits>/<sha256>.<ending>
set -eu
cd "$(dirname "$0")/../.."

mirror=${CIC_TEST_CACHE:-/var/cache/cic-test}/spack-mirror
packages='bzip2 glpk jansson libsigsegv lz4 ncurses nlopt numactl tree'

# Written last; other archives may lie in the mirror too.
complete=$mirror/.complete-${packages// /-}

# orig archives are called NAME_VERSION.orig.tar.ENDING
fetch() {
  local folder
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # now
  trap "rm -rf '$folder'" RETURN
  mkdir -p "$folder/lists/partial" "$folder/sources"
  node test/setup/host-sources.ts bookworm | sed 's/^Types: .*/Types: deb-src/' >"$folder/all.sources"
  local options=(-qq -o "Dir::State::Lists=$folder/lists" -o "Dir::Etc::sourcelist=$folder/all.sources"
    -o 'Dir::Etc::sourceparts=/dev/null' -o 'APT::Sandbox::User=root')
  apt-get "${options[@]}" update
  # shellcheck disable=SC2086 # a list of words
  (cd "$folder/sources" && apt-get "${options[@]}" source --download-only $packages)
  for archive in "$folder"/sources/*.orig.tar.*; do
    [[ $archive != *.asc ]] || continue
    local sum place
    sum=$(sha256sum <"$archive" | cut -c 1-64)
    place=$mirror/_source-cache/archive/${sum:0:2}
    mkdir -p "$place"
    mv "$archive" "$place/$sum.${archive##*.orig.}"
  done
}

if [ ! -e "$complete" ]; then
  fetch
  touch "$complete"
fi
