#!/bin/sh
# The browser tests: the built client and the real API, driven through Debian's Chromium. Builds the
# client if it has changed. Arguments are test files; all of them without any. TICKETING_SYSTEM is the
# shape of the API: embedded (the default) or distributed. --install-only stops before the tests.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
chromium=${CHROMIUM:-/usr/bin/chromium-headless-shell}
programs=${TICKETING_BIN:-$root/build/release/bin}

fail() {
  echo "browser tests: $*" >&2
  exit 1
}
[ -x "$chromium" ] || fail "$chromium is missing; on Debian: apt-get install chromium-headless-shell"
[ -x "$programs/ticketing" ] || fail "$programs/ticketing is missing; build the release preset first"

node_bin=$("$root/client/ensure-node.sh")
PATH=$node_bin:$PATH
export PATH
"$root/client/build.sh"
cd "$here"
stamp=$root/build/client/browser-tests-installed
wanted=$(cat package.json package-lock.json | sha256sum)
(
  flock 9
  if [ ! -d node_modules ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    npm ci --ignore-scripts --no-audit --no-fund --silent
    echo "$wanted" >"$stamp"
  fi
) 9>"$stamp.lock"
[ "${1:-}" != --install-only ] || exit 0
[ $# -gt 0 ] || set -- ./*.test.ts
# Three files at a time, which wait more than they compute: each has a browser and, where it must, a stack
# of its own. The time-out is for a file that hangs; waits inside the tests give up after a minute.
exec node --test --test-concurrency=3 --test-timeout=1800000 --test-global-setup=./shared-stack.ts "$@"
