#!/usr/bin/env bash
# Every request of the Stripe adapter against stripe-mock, Stripe's own mock made from its OpenAPI
# description. Fails when one of them is not accepted as valid. Needs Go to install the mock.
# --install-only stops before the requests.
set -euo pipefail
cd "$(dirname "$0")/../.."
calls=build/release/bin/stripe-mock-calls
mock=build/tools/stripe-mock
version=v0.203.0
if [[ ! -x $mock ]]; then
  if ! command -v go >/dev/null; then
    echo "stripe-mock DID NOT RUN: Go is not installed, so no request was checked against Stripe's own description."
    exit 0
  fi
  mkdir -p build/tools
  GOBIN=$PWD/build/tools GOFLAGS=-mod=mod timeout 1800 go install "github.com/stripe/stripe-mock@$version" || {
    echo "stripe-mock DID NOT RUN: it could not be installed (is there a network?)."
    exit 0
  }
fi

[[ ${1:-} != --install-only ]] || exit 0
log=$(mktemp)
"$mock" -http-addr 127.0.0.1:0 >"$log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null; rm -f "$log"' EXIT
address=""
for _ in {1..600}; do
  address=$(sed -n 's/^Listening for HTTP at address: //p' "$log")
  [[ -n $address ]] && break
  sleep 0.1
done
[[ -n $address ]] || { cat "$log"; echo "stripe-mock did not start"; exit 1; }

timeout 600 "$calls" "http://$address"
# It writes of an answer after it was sent.
for _ in {1..600}; do
  requests=$(grep -c '^Request: ' "$log" || true) answers=$(grep -c '^Response: ' "$log" || true)
  [[ $requests -lt 11 || $answers -lt $requests ]] || break
  sleep 0.1
done
refused=$(grep -cE '^Response: .*status=[45]' "$log" || true)
grep -E '^(Request: |Response: )' "$log" | paste - - | awk '{print "    " $2, $3, $NF}'
if [[ $refused -ne 0 || $requests -lt 11 ]]; then
  grep -E 'validation error' "$log" || true
  echo "stripe-mock refused $refused of $requests requests (11 are expected, none refused)"
  exit 1
fi
echo "$requests passed, 0 refused by stripe-mock"
