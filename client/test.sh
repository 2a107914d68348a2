#!/bin/sh
# The client's tests without a browser: of its modules, and of its server in front of Next.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/build.sh"
node_bin=$("$here/ensure-node.sh")
cd "$here"
exec "$node_bin/node" --test 'lib/**/*.test.ts' 'tests/*.test.mjs'
