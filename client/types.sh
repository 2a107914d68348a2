#!/bin/sh
# Writes lib/api/types.gen.ts from ../src/contracts/openapi.json. Installs what that needs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node_bin=$("$here/install.sh")
exec "$node_bin/node" "$here/generate-types.mjs"
