#!/bin/sh
# Runs the built client: PORT (3000), BIND_ADDRESS (127.0.0.1), API_URL (http://127.0.0.1:4000),
# STRIPE_PUBLISHABLE_KEY, TRUST_PROXY=1 behind a proxy. Becomes node, so that signals reach it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node_bin=$("$here/ensure-node.sh")
# Where memory is plenty, node would let hundreds of megabytes pile up before it collects them.
exec "$node_bin/node" --max-old-space-size=160 --max-semi-space-size=8 "$here/.next/standalone/server.mjs"
