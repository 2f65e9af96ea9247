#!/bin/sh
# runtime-packages.sh PACKAGE... : what to install of these where nothing is compiled any more, one a line.
#
# In place of a package with headers (-dev) come the libraries and programs that it depends on, without the
# compilers among them: Debian's libopenmpi-dev has mpirun and gfortran behind it. Package lists are there.
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

seen=' '
add() {
  case $seen in *" $1 "*) return ;; esac
  seen="$seen$1 "
  if ! is_dev "$1"; then
    printf '%s\n' "$1"
    return
  fi
  for dependency in $(dependencies_of "${1%%[=:/]*}"); do
    is_dev "$dependency" || ! is_for_developers "$dependency" || continue
    add "$dependency"
  done
}

for package; do add "$package"; done
