#!/bin/sh
# The client's tests without a browser: of its modules, and of its server in front of Next.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/build.sh"
node_bin=$("$here/ensure-node.sh")
cd "$here"
# Node would take one file at a time on two cores; the longest, of the server, mostly waits.
exec "$node_bin/node" --test --test-concurrency=3 'lib/**/*.test.ts' 'tests/*.test.mjs'
