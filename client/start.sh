#!/bin/sh
# Runs the built client: PORT (3000), BIND_ADDRESS (127.0.0.1), API_URL (http://127.0.0.1:4000),
# STRIPE_PUBLISHABLE_KEY, TRUST_PROXY=1 behind a proxy. Becomes node, so that signals reach it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node_bin=$("$here/ensure-node.sh")
exec "$node_bin/node" "$here/.next/standalone/server.mjs"
