#!/bin/bash
# The browser that the tests of the web pages drive: Debian's Chromium. Needs root; does nothing when it is there.
set -eu

command -v chromium >/dev/null && exit 0
apt-get -qq update
DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends chromium fonts-dejavu-core >/dev/null
