#!/bin/sh
# The job queue in Redis against the real BullMQ and bull-board. Arguments go to node --test.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
BULLMQ_JOB_TOOL=${BULLMQ_JOB_TOOL:-$root/build/release/test/bullmq-job-tool}
export BULLMQ_JOB_TOOL

fail() {
  echo "bullmq tests: $*" >&2
  exit 1
}
[ -x "$BULLMQ_JOB_TOOL" ] || fail "$BULLMQ_JOB_TOOL is missing; build the release preset first"
command -v redis-server >/dev/null || fail "redis-server is missing; on Debian: apt-get install redis-server"
if [ -x "$root/client/ensure-node.sh" ]; then
  PATH=$("$root/client/ensure-node.sh"):$PATH
  export PATH
fi
command -v node >/dev/null || fail "node is missing"
cd "$here"
stamp=node_modules/.installed
wanted=$(cat package.json package-lock.json | sha256sum)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent
  echo "$wanted" >"$stamp"
fi

data=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$data"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP
for attempt in 1 2 3 4 5; do
  REDIS_PORT=$("$root/infra/local/free-port" 1 $$)
  redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --dir "$data" --save "" >"$data/log" 2>&1 &
  server=$!
  for _ in $(seq 600); do
    sleep 0.1
    redis-cli -p "$REDIS_PORT" ping 2>/dev/null | grep -q PONG && break 2
    kill -0 "$server" 2>/dev/null || break # its port was taken meanwhile
  done
  kill "$server" 2>/dev/null || true
  [ "$attempt" != 5 ] || fail "redis-server does not start: $(tail -5 "$data/log")"
done
export REDIS_PORT
[ $# -gt 0 ] || set -- ./*.test.mjs
node --test --test-timeout=600000 "$@"
