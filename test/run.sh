#!/bin/sh
# npm test: brings its own Node.js and packages, checks the sources, runs every suite.
set -eu
cd "$(dirname "$0")/.."

if ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 22 && b >= 19) ? 0 : 1)'; then
  [ -x launcher/node/node_modules/.bin/node ] || npm ci --prefix launcher/node --no-audit --no-fund
  PATH="$PWD/launcher/node/node_modules/.bin:$PATH"
  export PATH
fi
[ -d node_modules ] || npm ci --no-audit --no-fund

npx tsc --noEmit
npx biome check .
npx depcruise --config .dependency-cruiser.cjs src
npx vitest run --project unit
