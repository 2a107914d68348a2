#!/usr/bin/env bash
# Starts the images as containers beside PostgreSQL, NATS and Redis, sells tickets through them, and
# looks whether they keep to their manifests. Any further arguments are programs of tests/system
# (build/release/test/api_test), which then run against the containers.
#   tests/infra/run-containers.sh [SYSTEM_TEST …]
set -euo pipefail
cd "$(dirname "$0")/../.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
# shellcheck source=infra/services.sh
. infra/services.sh
read -ra names <<<"$programs_with_images client"
work=$(mktemp -d)
containers=()
clean() {
  [[ ${#containers[@]} -eq 0 ]] || buildah rm "${containers[@]}" >/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
mkdir "$work/bin"
for name in "${names[@]}"; do
  container=$(buildah from --pull-never "localhost/ticketing/$name")
  containers+=("$container")
  program=$work/bin/$([[ $name == client ]] && echo client || echo "$name-service")
  entrypoint=$(buildah inspect --format '{{ join .OCIv1.Config.Entrypoint " " }}' "$container" 2>/dev/null ||
    buildah inspect --format '{{ range .OCIv1.Config.Entrypoint }}{{ . }} {{ end }}' "$container")
  # A program like the one of the build, only that it runs in the container, as the image's user.
  cat >"$program" <<PROGRAM
#!/bin/sh
export STORAGE_DRIVER=$STORAGE_DRIVER HOME=$HOME
exec python3 $PWD/tests/infra/contain.py $container $entrypoint "\$@"
PROGRAM
  chmod +x "$program"
  buildah mount "$container" >"$work/$name.root"
done
find "$work" -name '*.root' -exec touch {} + # later files are newer than these
status=0
timeout 3600 python3 tests/infra/run_containers.py "$work" || status=1
for suite in "$@"; do
  echo "==> $suite against the containers"
  # What the images set would ask more of passwords than the suite's own have.
  MODE=local TICKETING_SYSTEM=distributed TICKETING_REPLICAS=1 TICKETING_BIN=$work/bin TICKETING_SOURCE=$PWD \
    timeout 3600 "$suite" || status=1
done
exit "$status"
