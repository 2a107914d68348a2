#!/bin/sh
# Installs Node and the packages of the client where they are missing or have changed. Prints the
# directory of Node, and nothing else unless it fails.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node_bin=$("$here/ensure-node.sh")
PATH=$node_bin:$PATH
export PATH
cd "$here"
stamps=$here/../build/client
mkdir -p "$stamps"
exec 8>"$stamps/install.lock"
flock 8
wanted=$(cat package.json package-lock.json | sha256sum)
if [ ! -d node_modules/next ] || [ "$(cat "$stamps/installed" 2>/dev/null)" != "$wanted" ]; then
  # Before, so that an installation that was interrupted is made again.
  rm -f "$stamps/installed"
  npm ci --include=dev --ignore-scripts --no-audit --no-fund >"$stamps/install.log" 2>&1 || {
    cat "$stamps/install.log" >&2
    echo "client: npm ci failed" >&2
    exit 1
  }
  echo "$wanted" >"$stamps/installed"
fi
echo "$node_bin"
