#!/bin/bash
# Validators of others for what CIC writes about an image, in a Python environment of their own: the SPDX
# project's for SBOMs, that of in-toto for provenance.
#
#     <cache>/validators/bin/python3
set -eu

folder=${CIC_TEST_CACHE:-/var/cache/cic-test}/validators
packages='spdx-tools==0.8.5 in-toto-attestation==0.9.3'

# Written last.
complete=$folder/.complete-${packages// /-}
[ ! -e "$complete" ] || exit 0

python3 -m ensurepip --version >/dev/null 2>&1 || apt-get install --yes --no-install-recommends python3-venv
rm -rf "$folder"
python3 -m venv "$folder"
# shellcheck disable=SC2086 # a list of words
"$folder/bin/python3" -m pip install --quiet --disable-pip-version-check $packages
touch "$complete"
