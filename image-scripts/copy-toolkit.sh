#!/bin/sh
# copy-toolkit.sh FROM TO VIEW : copies CUDA's toolkit without what only compiles, debugs and profiles, and takes the
# links to all that out of the view.
#
# What libraries call while programs run stays: ptxas, nvlink and fatbinary (XLA, Numba), headers and libdevice (NVRTC).
set -eu
from=$1 to=$2 view=$3
list=$(mktemp)
trap 'rm -f "$list"' EXIT

cd "$from"
find . \( -name '*.a' -o -type d -name stubs -o \
  -path './bin/*' ! -name ptxas ! -name nvlink ! -name fatbinary -o \
  -path './nvvm*/bin' -o -path './nsight*' -o -path ./compute-sanitizer -o -path ./libnvvp -o -path ./tools -o \
  -path './extras/*' ! -name CUPTI ! -path './extras/CUPTI/*' -o -path ./extras/CUPTI/samples -o \
  -path ./gds/tools -o -path ./gds/samples \) -prune -o ! -type d -print0 >"$list"
mkdir -p "$to"
xargs -0 cp -a --parents -t "$to" <"$list"

find "$view" -type l -lname "$to/*" ! -exec test -e {} \; -delete
cd "$view"
find . -mindepth 1 -depth -type d -empty -exec test -d "$from/{}" \; -delete
