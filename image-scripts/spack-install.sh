#!/bin/sh
# spack-install.sh SPACK-COMMAND... : installs the environment with as many jobs as this machine bears, and shows
# the end of the log of each package that failed to compile.
#
# CIC_PARALLEL_PACKAGES is set where this Spack is told how many packages to build at once, each with its own jobs.
set -eu

cores=$(nproc)
# 1.5 GiB for each compiler: C++ with templates takes as much.
memory=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1572864))
jobs=$((memory < 1 ? 1 : memory < cores ? memory : cores))
packages=$((jobs >= 32 ? 4 : jobs >= 8 ? 2 : 1))
if [ -z "${CIC_PARALLEL_PACKAGES-}" ] || [ "$packages" -eq 1 ]; then
  set -- "$@" -j "$jobs"
else
  set -- "$@" -j "$((jobs / packages))" -p "$packages"
fi

said=$(mktemp)
trap 'rm -f "$said" "$said.status"' EXIT
{
  status=0
  "$@" || status=$?
  echo "$status" >"$said.status"
} 2>&1 | tee "$said"
status=$(cat "$said.status")
[ "$status" -ne 0 ] || exit 0

# Spack's own excerpt is short, and wrapped at 80 columns. From 1.2 on the log lies beside the stage folder.
grep -o '/[^ ]*/\(spack-build-out\.txt\|spack-stage-[^ /]*\.log\)' "$said" | sort -u | while read -r log; do
  [ -r "$log" ] || continue
  printf 'cic: end of %s\n' "$log"
  tail -n 40 "$log"
done
exit "$status"
