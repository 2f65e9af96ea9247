#!/bin/bash
# Brings buildah, and what makes base images, to a Debian or Ubuntu machine: root. May be run again at any
# time: it installs what is missing.
set -eu

missing=()
for tool in buildah:buildah mmdebstrap:mmdebstrap newuidmap:uidmap unshare:util-linux; do
  command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi
buildah --version
