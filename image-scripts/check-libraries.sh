#!/bin/sh
# check-libraries.sh OUT FOLDER... : fails when a program or library of this image needs one that is not here,
# although it was there where it was built.
set -eu
out=$1
shift
found=$(tar --list --quoting-style=literal --file="$out/changes.tar" | sed 's,^,/,' | tr '\n' '\0' | perl "$out/find-libraries.pl" check "$@")
printf '%s\n' "$found" | sed -n 's/^missing\t//p' >/tmp/cic-missing
status=0
while read -r library file; do
  if grep -q -x -F -e "$library" "$out/missing"; then
    printf 'cic: %s needs %s, which the step never had\n' "$file" "$library"
  else
    printf 'cic: missing library %s, needed by %s\n' "$library" "$file"
    status=1
  fi
done </tmp/cic-missing
rm -f /tmp/cic-missing
exit "$status"
