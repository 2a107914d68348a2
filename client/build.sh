#!/bin/sh
# Builds the client into client/.next/standalone. Does nothing when nothing has changed, and says
# nothing unless it fails.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
stamps=$here/../build/client
node_bin=$("$here/install.sh")
PATH=$node_bin:$PATH
export PATH NEXT_TELEMETRY_DISABLED=1
cd "$here"
mkdir -p "$stamps"
# One at a time: what is built ahead may meet a suite that builds.
exec 9>"$stamps/build.lock"
flock 9
log=$stamps/build.log

run() {
  "$@" >"$log" 2>&1 || {
    cat "$log" >&2
    echo "client: $* failed" >&2
    exit 1
  }
}
stamped() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

sources=$(find . \
  -path ./node_modules -prune -o -path ./.next -prune -o -path ./tests -prune -o -type f -print |
  grep -v -e '\.tsbuildinfo$' -e 'next-env\.d\.ts$' -e '\.test\.m\?[jt]s$' -e '\.md$' |
  LC_ALL=C sort | xargs sha256sum | sha256sum)
if stamped built "$sources" && [ -f .next/standalone/server.mjs ]; then exit 0; fi
rm -f "$stamps/built"
# Without letters, so that no filter of advertisements sees "ad" in an address.
CLIENT_BUILD_ID=$(echo "$sources" | tr -dc 0-9 | cut -c1-20)
export CLIENT_BUILD_ID
run node node_modules/next/dist/bin/next build --webpack
rm -rf .next/standalone/.next/static
cp -R .next/static .next/standalone/.next/static
run node stable-actions.mjs .next/standalone/.next
run node compress.mjs .next/standalone/.next/static
rm -rf .next/standalone/server
cp -R server.mjs server .next/standalone/
mkdir -p .next/standalone/lib
cp lib/kept-input.ts .next/standalone/lib/
echo "$sources" >"$stamps/built"
