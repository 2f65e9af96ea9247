#!/bin/bash
# A Spack source mirror of small packages whose sources Debian distributes unchanged, from the mirrors that
# this machine uses: their checksums are those in Spack's recipes.
#
#     <cache>/spack-mirror/<package>/<package>-<version>.<ending>
set -eu
cd "$(dirname "$0")/../.."

mirror=${CIC_TEST_CACHE:-/var/cache/cic-test}/spack-mirror
# Debian's name of the source package, Spack's name of the package, suite
packages='bzip2 bzip2
lz4 lz4
jansson jansson
libsigsegv libsigsegv
tree tree'

isComplete() {
  while read -r _ name; do compgen -G "$mirror/$name/*" >/dev/null || return 1; done <<<"$packages"
}

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
  while read -r source name; do
    (cd "$folder/sources" && apt-get "${options[@]}" source --download-only "$source")
    for archive in "$folder/sources/$source"_*.orig.tar.*; do
      [[ $archive != *.asc ]] || continue
      local version=${archive##*/"$source"_} ending=${archive##*.orig.}
      mkdir -p "$mirror/$name"
      mv "$archive" "$mirror/$name/$name-${version%.orig.*}.$ending"
    done
  done <<<"$packages"
}

isComplete || fetch
isComplete
