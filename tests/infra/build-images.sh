#!/usr/bin/env bash
# Builds the images with buildah, without a daemon or a registry, and says how much each adds to
# its base. A service may add 40 MB.
#   tests/infra/build-images.sh [NAME …]     default: all
set -euo pipefail
cd "$(dirname "$0")/../.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
# shellcheck source=infra/services.sh
. infra/services.sh
limit_mb=40
names=("$@")
[[ ${#names[@]} -gt 0 ]] || read -ra names <<<"$programs_with_images client"
passed=0 failed=0
logs=$PWD/build/images
mkdir -p "$logs"

size() { # IMAGE → bytes of its files
  local container mount
  container=$(buildah from --pull-never "$1")
  mount=$(buildah mount "$container")
  du -sb "$mount" | cut -f1
  buildah rm "$container" >/dev/null
}
base_of() { [[ $1 == client ]] && echo docker.io/library/node:24-bookworm-slim || echo docker.io/library/debian:bookworm-slim; }

tests/infra/make-base-images.sh >/dev/null
# All are built from one state of the tree, independent of later edits.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
context=$work/context
mkdir "$context"
git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do [[ ! -e $file ]] || printf '%s\0' "$file"; done |
  tar --null --files-from=- -cf - | tar -xf - -C "$context"
# What the builds outside have compiled need not be compiled again: their compiler cache, put where the
# one in the image looks by itself.
cache=()
if command -v ccache >/dev/null; then
  printf 'cache_dir = /ccache\nbase_dir = /source\nhash_dir = false\n' >"$work/ccache.conf"
  mkdir -p "$(ccache --get-config cache_dir)"
  cache=(--volume "$(ccache --get-config cache_dir):/ccache" --volume "$work/ccache.conf:/etc/ccache.conf:ro")
fi
for name in "${names[@]}"; do
  file=infra/docker/service.Dockerfile
  [[ $name == client ]] && file=infra/docker/client.Dockerfile
  if ! nice buildah bud --layers --pull-never "${cache[@]}" --ignorefile "$file.dockerignore" --build-arg "SERVICE=$name" \
    -f "$file" -t "ticketing/$name" "$context" >"$logs/$name.log" 2>&1; then
    echo "FAILED: ticketing/$name does not build"
    tail -n 30 "$logs/$name.log"
    failed=$((failed + 1))
    continue
  fi
  added=$((($(size "ticketing/$name") - $(size "$(base_of "$name")")) / 1000000))
  if [[ $name == client || $added -le $limit_mb ]]; then
    echo "ok: ticketing/$name adds $added MB to $(base_of "$name")"
    passed=$((passed + 1))
  else
    echo "FAILED: ticketing/$name adds $added MB, more than $limit_mb"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
