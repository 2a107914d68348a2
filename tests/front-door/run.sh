#!/bin/sh
# The front door: starts the marketplace by ./run, as the README says, in both shapes, and uses it in
# Chromium. Arguments are test files; all of them without any.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# The packages of the browser tests, and a build that the tests find finished.
"$root/tests/browser/run.sh" --install-only
"$root/run" --build-only
node_bin=$("$root/client/ensure-node.sh")
cd "$here"
[ $# -gt 0 ] || set -- ./*.test.ts
exec "$node_bin/node" --test --test-concurrency=3 --test-timeout=1800000 "$@"
