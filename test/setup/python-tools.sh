#!/bin/bash
# Checkers of others from PyPI, each in a Python environment of its own, `<cache>/<name>/bin/`:
#
#     validators      of SBOMs (the SPDX project's) and provenance (in-toto's)
#     schemathesis    makes requests from an OpenAPI document
set -eu

cache=${CIC_TEST_CACHE:-/var/cache/cic-test}

makeEnvironment() { # <name> <package>...
  local folder=$cache/$1
  shift
  # Written last.
  local packages="$*"
  local complete=$folder/.complete-${packages// /-}
  [ ! -e "$complete" ] || return 0
  python3 -m ensurepip --version >/dev/null 2>&1 ||
    apt-get install --yes --no-install-recommends python3-venv
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/python3" -m pip install --quiet --disable-pip-version-check "$@"
  touch "$complete"
}

makeEnvironment validators spdx-tools==0.8.5 in-toto-attestation==0.9.3
makeEnvironment schemathesis schemathesis==4.32.5
