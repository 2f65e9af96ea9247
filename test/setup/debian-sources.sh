#!/bin/bash
# debian-sources.sh [SUITE PACKAGE...]: downloads the original archives of Debian's source packages, from the
# mirrors that this machine uses, and prints their paths:
#
#     <cache>/debian-sources/<suite>/NAME_VERSION.orig.tar.ENDING
#
# Without arguments it does nothing: whoever needs some asks for them.
set -eu
[ $# -gt 1 ] || exit 0
cd "$(dirname "$0")/../.."
suite=$1
shift
place=${CIC_TEST_CACHE:-/var/cache/cic-test}/debian-sources/$suite

find_archive() {
  find "$place" -maxdepth 1 -name "$1_*.orig.tar.*" ! -name '*.asc'
}

# Only archives: the description of a package may have been replaced in the mirror before the index of them.
fetch() {
  local folder
  folder=$(mktemp -d "$place/.part-XXXXXX")
  # shellcheck disable=SC2064 # now
  trap "rm -rf '$folder'" RETURN
  mkdir -p "$folder/lists/partial" "$folder/sources"
  node test/setup/host-sources.ts "$suite" | sed 's/^Types: .*/Types: deb-src/' >"$folder/all.sources"
  local options=(-qq -o "Dir::State::Lists=$folder/lists" -o "Dir::Etc::sourcelist=$folder/all.sources"
    -o 'Dir::Etc::sourceparts=/dev/null' -o 'APT::Sandbox::User=root')
  apt-get "${options[@]}" update
  (cd "$folder/sources" && apt-get "${options[@]}" source --only-source --tar-only --download-only "$@")
  mv "$folder"/sources/*.orig.tar.* "$place/"
}

mkdir -p "$place"
missing=()
for package; do
  [ -n "$(find_archive "$package")" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] || fetch "${missing[@]}"
for package; do find_archive "$package"; done
