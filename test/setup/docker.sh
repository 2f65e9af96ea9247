#!/bin/bash
# Brings Docker with buildx to a Debian 12 machine and starts the daemon: root, no systemd needed. Debian 12
# itself has a Docker without buildx, so both come from Debian 13; runc and the C library stay the host's.
# May be run again at any time: it does what is missing.
set -eu
cd "$(dirname "$0")/../.."

log=${CIC_DOCKERD_LOG:-/var/log/cic-dockerd.log}
config=/etc/docker/daemon.json
waitSeconds=60

hasBuildx() {
  docker buildx version >/dev/null 2>&1
}

# Only what is asked for by name comes from there: its priority is below that of installed packages.
addTrixie() {
  node test/setup/host-sources.ts trixie >/etc/apt/sources.list.d/cic-trixie.sources
  printf '%s\n' 'Package: *' 'Pin: release n=trixie' 'Pin-Priority: 100' >/etc/apt/preferences.d/cic-trixie
  apt-get update
}

# The package's own script may start the daemon already.
installDocker() {
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    docker.io/trixie docker-cli/trixie docker-buildx/trixie
}

# With this image store Docker keeps manifests, so that an image can be taken out as it was built.
writeConfig() {
  [ ! -e "$config" ] || return 0
  mkdir -p "$(dirname "$config")"
  printf '%s\n' '{ "features": { "containerd-snapshotter": true } }' >"$config"
}

# BuildKit would cut what an instruction prints at 2 MiB.
startDaemon() {
  BUILDKIT_STEP_LOG_MAX_SIZE=-1 BUILDKIT_STEP_LOG_MAX_SPEED=-1 setsid dockerd </dev/null >>"$log" 2>&1 &
  for _ in $(seq "$waitSeconds"); do
    ! docker info >/dev/null 2>&1 || return 0
    sleep 1
  done
  echo "dockerd did not start within $waitSeconds s; the end of $log:" >&2
  tail -20 "$log" >&2
  return 1
}

# One set-up at a time; a daemon must not inherit the lock.
exec 9>/run/lock/cic-docker.lock
flock 9

writeConfig
if ! command -v dockerd >/dev/null || ! hasBuildx; then
  addTrixie
  installDocker 9>&-
fi
docker info >/dev/null 2>&1 || startDaemon 9>&-
docker info --format 'Docker {{.ServerVersion}}, {{.Driver}}, {{index .DriverStatus 0}}'
docker buildx version
