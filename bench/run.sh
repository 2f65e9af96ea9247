#!/bin/sh
# npm run bench [name]: runs one benchmark, or all of them, and prints tables; see bench/README.md.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
# shellcheck source=launcher/lib.sh
. launcher/lib.sh
choose_node
PATH=$(dirname "$node"):$PATH
export PATH
cache=${CIC_TEST_CACHE:-/var/cache/cic-test}

for name in ${1:-startup unchanged-build sif-convert sif-read end-to-end spack service service-queue downloads web-log web-pages}; do
  case $name in startup | service* | downloads | web-*) ;; *) test/setup/apptainer.sh ;; esac
  [ "$name" != spack ] || test/setup/spack-mirror.sh
  [ "$name" != web-pages ] || npm install --silent --no-save --prefix "$cache/lighthouse" lighthouse@13.5.0
  node "bench/$name.ts"
done
