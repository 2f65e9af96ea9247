#!/bin/sh
# install-runtime.sh PACKAGE... : installs apt packages where nothing is compiled any more; package lists are there.
#
# In place of a package with headers (-dev) come the libraries and programs that it depends on, without the
# compilers among them: Debian's libopenmpi-dev has mpirun and gfortran behind it. What is only recommended comes
# along, but for headers and compilers: Debian's mpich recommends both.
set -eu

is_dev() {
  case ${1%%[=:/]*} in *-dev) ;; *) return 1 ;; esac
}

is_for_developers() {
  section=$(apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Section: //p' | head -n 1)
  case $section in devel | */devel) ;; *) return 1 ;; esac
}

# Of alternatives the first real one.
dependencies_of() {
  LC_ALL=C apt-cache depends --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$1" |
    perl -ne 'next unless /^ +(\|?)(?:Pre)?Depends: (\S+)/;
      my ($more, $name) = ($1, $2);
      my $is_real = $name !~ /^</;
      print $name =~ s/:any$//r, "\n" if $is_real && !$is_done;
      $is_done = $more && ($is_done || $is_real);'
}

seen=' ' packages=''
add() {
  case $seen in *" $1 "*) return ;; esac
  seen="$seen$1 "
  if ! is_dev "$1"; then
    packages="$packages $1"
    return
  fi
  for dependency in $(dependencies_of "${1%%[=:/]*}"); do
    is_dev "$dependency" || ! is_for_developers "$dependency" || continue
    add "$dependency"
  done
}

for package; do add "$package"; done
[ -n "$packages" ] || exit 0

pins=$(mktemp)
trap 'rm -f "$pins"' EXIT
printf '%s\n' 'Package: *-dev gcc gcc-[0-9]* g++ g++-[0-9]* cpp cpp-[0-9]* gfortran gfortran-[0-9]* binutils make' \
  'Pin: version *' 'Pin-Priority: -1' >"$pins"
# A package that cannot do without them gets them.
# shellcheck disable=SC2086 # a list of words
apt-get install --yes -o "Dir::Etc::Preferences=$pins" $packages || apt-get install --yes $packages
