#!/usr/bin/env bash
# Starts what compose.yaml says in namespaces, as root and without Docker: see compose_up.py. Needs a
# build of the services and of the client.
set -euo pipefail
cd "$(dirname "$0")/../.."
client/build.sh
ALLOW_SANDBOX=1 VERIFY_EMAIL=off exec timeout 2400 unshare --net --mount --pid --fork --kill-child --mount-proc \
  python3 tests/infra/compose_up.py
