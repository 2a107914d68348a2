#!/usr/bin/env bash
# The checks of everything around the services: manifests, routes, events, workflows, alerts, packages.
#   tests/infra/run.sh             what is quick
#   tests/infra/run.sh --package   also builds a service outside the tree against the installed package
#   tests/infra/run.sh --images    also builds and starts the container images (minutes)
#   tests/infra/run.sh --rolling   also starts compose.yaml, replaces replicas and NATS servers under load
#   tests/infra/run.sh --restore   also backs the stores up and restores them
#   tests/infra/run.sh --all       all of it
# TICKETING_BUILD: the build that --package uses (default build/release).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
root=$PWD
package=0 images=0 rolling=0 restore=0
for argument in "$@"; do
  case $argument in
    --package) package=1 ;;
    --images) images=1 ;;
    --rolling) rolling=1 ;;
    --restore) restore=1 ;;
    --all) package=1 images=1 rolling=1 restore=1 ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
passed=0 failed=0 left_out=()
count() { # adds the numbers of a part's output
  passed=$((passed + $1)) failed=$((failed + $2))
}
# A part that printed "N passed, N failed", and ends with 0 only if nothing else failed either.
script() {
  local log numbers code
  log=$(mktemp)
  "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  numbers=$(grep -oE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  rm -f "$log"
  if [[ $numbers =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
    count "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
    [[ $code == 0 || ${BASH_REMATCH[2]} != 0 ]] || { echo "FAILED: $1 ended with $code"; count 0 1; }
  else
    echo "FAILED: $1 came to no end"
    count 0 1
  fi
}

tools=1
tools/install-infra-tools || tools=0
if ! python3 -c 'import yaml' 2>/dev/null; then
  left_out+=("everything in Python: python3-yaml is missing (apt-get install python3-yaml)")
else
  for part in cluster compose routes events workflows observability variables documents ports; do
    echo "==> $part"
    if [[ $tools == 0 && $part != routes && $part != events && $part != documents ]]; then
      echo "    some tools of build/tools are missing; what needs them fails"
    fi
    # Sentences and a closing line; -b keeps what passing tests print to themselves.
    output=$(cd tests/infra && timeout 1800 python3 -m unittest -b "${part}_test" 2>&1)
    ran=$(grep -oP '^Ran \K[0-9]+' <<<"$output")
    bad=$(grep -cE '^(FAIL|ERROR): ' <<<"$output")
    [[ -n $ran ]] || { ran=1 bad=1; }
    # One test may fail in several of its cases.
    ((bad <= ran)) || bad=$ran
    [[ $bad == 0 ]] || echo "$output"
    count $((ran - bad)) "$bad"
    echo "    $((ran - bad)) passed, $bad failed"
  done
fi

echo "==> @ticketing/contracts"
if node_bin=$(client/ensure-node.sh); then
  output=$(cd packages/contracts && PATH=$node_bin:$PATH timeout 1200 node --test contracts.test.mjs 2>&1)
  ok=$(grep -oP '^(#|ℹ) pass \K[0-9]+' <<<"$output") bad=$(grep -oP '^(#|ℹ) fail \K[0-9]+' <<<"$output")
  [[ ${bad:-1} == 0 ]] || echo "$output"
  count "${ok:-0}" "${bad:-1}"
  echo "    ${ok:-0} passed, ${bad:-1} failed"
  skipped=$(grep -oP '^(#|ℹ) skipped \K[0-9]+' <<<"$output")
  [[ ${skipped:-0} == 0 ]] || left_out+=("$skipped of @ticketing/contracts: $(grep -oP '# \K(TypeScript .*)' <<<"$output" | head -n 1)")
else
  left_out+=("@ticketing/contracts: no Node")
fi

if [[ $package == 1 ]]; then
  echo "==> the package, and a service outside the tree"
  script tests/infra/package.sh "${TICKETING_BUILD:-$root/build/release}"
else
  left_out+=("the package (--package)")
fi
if [[ $images == 1 ]]; then
  if command -v buildah >/dev/null && command -v debootstrap >/dev/null; then
    echo "==> images"
    script tests/infra/build-images.sh
    echo "==> containers"
    system_test=${TICKETING_BUILD:-build/release}/test/api_test
    if [[ -x $system_test ]]; then
      script tests/infra/run-containers.sh "$system_test"
    else
      script tests/infra/run-containers.sh
      left_out+=("the system suite against the containers: it is not built (tools/build release api_test)")
    fi
  else
    left_out+=("images: buildah or debootstrap is missing (apt-get install buildah debootstrap)")
  fi
else
  left_out+=("container images (--images)")
fi
if [[ $rolling == 1 ]]; then
  echo "==> rolling update"
  script tests/infra/rolling_update.sh
  echo "==> compose.yaml"
  if [[ $(id -u) == 0 ]]; then
    script tests/infra/compose_up.sh
  else
    left_out+=("compose.yaml as containers: namespaces and networks need root")
  fi
  echo "==> upgrade of NATS"
  script tests/infra/nats_upgrade.sh
else
  left_out+=("compose.yaml, the rolling update and the upgrade of NATS (--rolling)")
fi
if [[ $restore == 1 ]]; then
  echo "==> backup and restore"
  script tests/infra/restore.sh
else
  left_out+=("backup and restore (--restore)")
fi

left_out+=("skaffold itself, kubectl apply and the workflows: they need a cluster, Docker and GitHub")
for part in "${left_out[@]}"; do echo "DID NOT RUN: $part"; done
echo "$passed passed, $failed failed"
((failed == 0))
