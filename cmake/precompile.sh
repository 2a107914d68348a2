#!/usr/bin/env bash
# Compiles a precompiled header and puts beside it the checksum of what went in, by which ccache identifies it.
# The file itself names the folder that it was made in: its bytes differ between checkouts, which may not share it, but
# what is compiled with it they may.
#   cmake/precompile.sh CCACHE COMPILER ARGUMENT …
set -euo pipefail
env -u CCACHE_BASEDIR -u CCACHE_NOHASHDIR "$@"
shift
for ((i = 1; i < $#; ++i)); do
  [[ ${!i} != -o ]] || { next=$((i + 1)); output=${!next}; }
done
[[ $output != *.pch ]] || "${@/#-emit-pch/-E}" -o - -Xclang -P -Xclang -dD | sha256sum >"$output.sum"
