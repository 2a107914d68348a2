#!/bin/sh
# The client's unit tests: no server, no browser, a second or two.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/build.sh"
node_bin=$("$here/ensure-node.sh")
cd "$here"
exec "$node_bin/node" --test 'lib/**/*.test.ts'
