#!/bin/sh
# npm test: sets this machine up, checks the sources and runs every suite. On a fresh Debian machine root is
# needed, for the engines and for Apptainer; without root the suites that need them are left out, loudly,
# and in CI that is a failure.
#
#     npm test                     everything
#     npm test -- unit             one suite: check, unit, itg, e2e, spack
#
# spack runs beside the others: it mostly waits for Spack's solver, which has one thread.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
suites=${*:-check unit itg e2e spack}

# shellcheck source=launcher/lib.sh
. launcher/lib.sh
choose_node
PATH=$(dirname "$node"):$PATH
export PATH
prepare_checkout
prepare_pages serve

export CIC_TEST_CACHE="${CIC_TEST_CACHE:-/var/cache/cic-test}"
results=$root/.cache/test-results
rm -rf "$results"
mkdir -p "$results"

set_up_machine() {
  for tool in git:git buildah:buildah mmdebstrap:mmdebstrap mksquashfs:squashfs-tools skopeo:skopeo \
    newuidmap:uidmap docker-registry:docker-registry squashfuse:squashfuse openssl:openssl gcc:gcc htpasswd:apache2-utils \
    shellcheck:shellcheck setfattr:attr pip3:python3-pip nginx:nginx-light; do
    has "${tool%%:*}" || missing="${missing-} ${tool#*:}"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "${missing-}" ] || { apt_get update && apt_install $missing; }
  for script in test/setup/*.sh; do "$script"; done
  make_room
}

# The engines keep the layers of every run.
make_room() {
  needed_kib=$((20 * 1024 * 1024))
  [ "$(df --output=avail /var/lib | tail -1)" -lt "$needed_kib" ] || return 0
  echo 'less than 20 GiB free: what the engines keep of earlier runs is removed'
  buildah rmi --all --force >/dev/null || true
  docker system prune --all --force >/dev/null || true
  docker builder prune --all --force >/dev/null || true
}

check() {
  npm run --silent check && { ! has shellcheck || npm run --silent check:shell; }
}

run_suite() {
  npx vitest run --project "$1" --reporter=default --reporter=json --outputFile.json="$results/$1.json"
}

is_root=$([ "$(id -u)" -eq 0 ] && echo yes || echo no)
if [ "$is_root" = yes ]; then
  case " $suites " in *" itg "* | *" e2e "* | *" spack "*) set_up_machine ;; esac
fi

beside=''
case " $suites" in *?" spack")
  if [ "$is_root" = yes ]; then
    suites=${suites% spack}
    run_suite spack >"$results/spack.log" 2>&1 &
    beside=$!
  fi
  ;;
esac

failed=''
for suite in $suites; do
  echo "== $suite"
  case $suite in
    check) check || failed="$failed check" ;;
    unit) run_suite unit || failed="$failed unit" ;;
    *)
      if [ "$is_root" = yes ]; then
        run_suite "$suite" || failed="$failed $suite"
      else
        echo "!! $suite was SKIPPED: it needs root, for the engines and for Apptainer" >&2
        [ -z "${CI:-}" ] || failed="$failed $suite"
      fi
      ;;
  esac
done
if [ -n "$beside" ]; then
  echo '== spack'
  wait "$beside" || failed="$failed spack"
  cat "$results/spack.log"
fi

node test/summarize.ts "$results"
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
