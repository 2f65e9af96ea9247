# shellcheck shell=sh disable=SC2154,SC2015,SC3013
# What ./cic and npm test do before Node.js runs. Sourced by POSIX shells with `root` set to the checkout.
#
#   choose_node       the machine's Node.js, or the one of launcher/node/   → $node
#   prepare_checkout  node packages when package-lock.json changed, compiled sources when src/ changed
#   prepare_pages     the web pages, for a command that serves them, when web/ changed
#   prepare_tools     system tools that the command needs (launcher/tools.txt)
#
# All messages go to standard error: standard output belongs to the command.

state=$root/.cache/launcher
min_major=22
min_minor=19

say() { printf 'cic: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

# Starting node to ask its version would double the time of every start, so the answer is kept. It holds
# while PATH leads to the same file and that file has the same date, which the record bears too.
choose_node() {
  system_node=$(command -v node || echo none)
  record=$state/node
  kept_system='' node=''
  if [ -r "$record" ]; then { read -r kept_system && read -r node || node=''; } <"$record"; fi
  [ "$kept_system" = "$system_node" ] && [ -x "$node" ] &&
    ! [ "$record" -nt "$system_node" ] && ! [ "$record" -ot "$system_node" ] && return
  node=$(find_recent_node "$system_node") || {
    # Where the package has it: not every npm links it into .bin.
    node=$root/launcher/node/node_modules/node-linux-$(node_arch)/bin/node
    [ -x "$node" ] || under_lock install_node
  }
  keep_node
}

# Prints the file behind the name (which version managers make a script) when it is new enough.
find_recent_node() {
  answer=$("$1" -p 'process.versions.node + " " + process.execPath' 2>/dev/null) || return 1
  major=${answer%%.*}
  minor=${answer#*.}
  minor=${minor%%.*}
  [ "$major" -gt $min_major ] || { [ "$major" -eq $min_major ] && [ "$minor" -ge $min_minor ]; } || return 1
  echo "${answer#* }"
}

keep_node() {
  [ -e "$system_node" ] && mkdir -p "$state" 2>/dev/null && [ -w "$state" ] || return 0
  printf '%s\n%s\n' "$system_node" "$node" >"$record.$$"
  touch -r "$system_node" "$record.$$"
  mv "$record.$$" "$record"
}

node_arch() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

install_node() {
  [ -x "$node" ] && return
  has npm || fail "CIC needs Node.js $min_major.$min_minor or newer with npm. On Debian: apt-get install -y npm"
  say "Node.js is older than $min_major.$min_minor: fetching one that only CIC uses"
  npm_ci "$root/launcher/node"
  # npm takes a failed download of an optional package for a success.
  "$node" --version >/dev/null 2>&1 ||
    fail "npm has no working Node.js for this machine: install Node.js $min_major.$min_minor or newer yourself"
}

prepare_checkout() {
  has_packages && has_build && return
  PATH=${node%/*}:$PATH
  export PATH
  under_lock install_packages
  under_lock compile
}

# What this machine trusts is trusted here too, such as the authority of a site's proxy: Node.js by itself knows only
# its own list.
npm_ci() {
  certificates=/etc/ssl/certs/ca-certificates.crt
  [ -r "$certificates" ] || certificates=''
  run_quietly env "NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-$certificates}" npm ci --prefix "$1" --no-audit --no-fund
}

# npm writes its own record of what is installed last: without it an installation was interrupted.
has_packages() {
  installed=$root/node_modules/.package-lock.json
  [ -e "$installed" ] && ! [ "$root/package-lock.json" -nt "$installed" ]
}

install_packages() {
  has_packages && return
  has npm || fail 'npm is missing. On Debian: apt-get install -y npm'
  say 'installing node packages'
  npm_ci "$root"
  touch "$installed"
}

# Folders count too: a source that was removed leaves its folder newer.
has_build() {
  built=$root/dist/.built
  [ -e "$built" ] && ! [ "$installed" -nt "$built" ] &&
    [ -z "$(find "$root/src" "$root/package.json" "$root/tsconfig.json" "$root/tsconfig.build.json" \
      -newer "$built" ! -name '*.test.ts' ! -name '*.test.itg.ts' -print -quit 2>&1)" ]
}

# Types are checked by `npm run check`. The mark is as old as the start of the compilation: what is edited
# meanwhile is compiled by the next start.
compile() {
  has_build && return
  say 'compiling'
  mkdir -p "$root/dist" && : >"$built.new"
  run_quietly "$node" "$root/node_modules/typescript/bin/tsc" -p "$root/tsconfig.build.json" --noCheck
  mv "$built.new" "$built"
}

# prepare_pages ARGUMENTS-OF-CIC...
# Other commands need not wait for them. A service that may not write here runs without.
prepare_pages() {
  [ "${1-}" = serve ] || return 0
  for word; do
    case $word in -h | --help) return 0 ;; esac
  done
  has_pages && return
  mkdir -p "$state" 2>/dev/null && [ -w "$state" ] && [ -w "$root/dist" ] || {
    say "the web pages are not built, and $root cannot be written to: run ./cic serve once as a user who may"
    return 0
  }
  under_lock build_pages
}

has_pages() {
  pages=$root/dist/.pages-built
  [ -e "$pages" ] && [ -e "$root/dist/web/index.html" ] && ! [ "$installed" -nt "$pages" ] &&
    [ -z "$(find "$root/web/src" "$root/web/public" "$root/web/index.html" "$root/web/vite.config.ts" \
      "$root/web/precompress.ts" "$root/src/client" "$root/src/errors" \
      -newer "$pages" ! -name '*.test.ts' ! -name '*.test.tsx' -print -quit 2>&1)" ]
}

build_pages() {
  has_pages && return
  say 'building the web pages'
  : >"$pages.new"
  run_quietly "$node" "$root/node_modules/vite/bin/vite.js" build "$root/web"
  mv "$pages.new" "$pages"
}

# One launcher at a time sets a checkout up; the kernel gives the lock back when its holder dies.
under_lock() {
  mkdir -p "$state" 2>/dev/null && [ -w "$state" ] ||
    fail "$root must be set up first and cannot be written to: run ./cic once as a user who may"
  if has flock; then
    { flock 9 && "$@"; } 9>"$state/lock"
  else
    "$@"
  fi
}

# Shows what a command wrote only when it fails.
run_quietly() {
  log=$state/setup.$$.log
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return
  fi
  tail -n 20 "$log" >&2
  rm -f "$log"
  fail "failed: $*"
}

has() { command -v "$1" >/dev/null 2>&1; }

# prepare_tools ARGUMENTS-OF-CIC...
prepare_tools() {
  needs=$(list_needs "$@")
  [ -n "$needs" ] || return 0
  find_missing_tools "$needs"
  [ -n "$missing_packages" ] || return 0
  if is_debian && [ "$(id -u)" -eq 0 ]; then
    install_tools
  else
    say "missing:$missing_tools. As root on Debian or Ubuntu:"
    fail "  apt-get install -y --no-install-recommends$missing_packages"
  fi
}

# The words of the third column of launcher/tools.txt that a command line needs.
list_needs() {
  case "${1-} ${2-}" in
    'build '*) needs=build ;;
    'sif create') needs='' ;;
    *) return 0 ;;
  esac
  command=$1 engine=${CIC_ENGINE-auto} previous=''
  for word; do
    case $word in
      -h | --help) return 0 ;;
      --engine=*) engine=${word#*=} ;;
      --compression=*) needs="$needs ${word#*=}" ;;
      --push | docker://*) needs="$needs registry" ;;
    esac
    [ "$previous" = --engine ] && engine=$word
    [ "$previous" = --compression ] && needs="$needs $word"
    previous=$word
  done
  [ "$command" = build ] && uses_buildah "$engine" && needs="$needs buildah"
  case $needs in *buildah*) [ "$(id -u)" -eq 0 ] || needs="$needs rootless" ;; esac
  echo "$needs"
}

uses_buildah() {
  case $1 in
    buildx) return 1 ;;
    buildah) return 0 ;;
    *) has buildah || ! has_useful_docker ;;
  esac
}

# A client alone, one without buildx or a daemon that does not answer is none: CIC itself knows.
has_useful_docker() { has docker && "$node" "$root/dist/cli/main.js" doctor --engine buildx >/dev/null 2>&1; }

find_missing_tools() {
  missing_tools='' missing_packages=''
  while read -r tool package needed_by _; do
    case $tool in '#'* | '') continue ;; esac
    for need in $1; do
      case ,$needed_by, in
        *,"$need",*) has "$tool" || { missing_tools="$missing_tools $tool" missing_packages="$missing_packages $package"; } ;;
      esac
    done
  done <"$root/launcher/tools.txt"
}

is_debian() { [ -e /etc/debian_version ] && has apt-get; }

install_tools() {
  say "installing$missing_packages with apt"
  # shellcheck disable=SC2086 # a list of words
  apt_install $missing_packages >/dev/null 2>&1 || {
    run_quietly apt_get update
    run_quietly apt_install $missing_packages
  }
}

apt_install() { apt_get install -y --no-install-recommends "$@"; }

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }
