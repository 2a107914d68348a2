#!/usr/bin/env bash
# Installs the package, makes the Debian package, and builds, tests and tries the service of
# docs/adding-a-service.md outside the tree, out of the page itself: in one process by its test, and beside
# the distributed shape (infra/local/start) with a sale that it publishes an event of.
#   tests/infra/package.sh [BUILD_DIR]      default build/release, configured and built here
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
build=$(realpath -m "${1:-build/release}")
work=$(mktemp -d)
system=""
clean() {
  [[ -z $system ]] || { kill -TERM "$system" && wait "$system"; } 2>/dev/null || true
  rm -rf "$work"
}
trap clean EXIT
passed=0 failed=0
check() { # WHAT COMMAND…
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok: $what"
  else
    failed=$((failed + 1))
    echo "FAILED: $what"
    tail -n 40 "$work/log"
  fi
}

check "the libraries and the services build" bash -c \
  "{ [[ -f $build/build.ninja ]] || cmake --preset release -B $build; } && nice ninja -C $build -j2 package_libraries service_programs"
check "the package installs" cmake --install "$build" --component development --prefix "$work/prefix"
check "no test's header is in it" bash -c "! find $work/prefix -name '*test*' | grep ."
check "no path of this machine is in its CMake files" bash -c "! grep -rn -e '$root' -e '$build' $work/prefix/lib/cmake"
deb() {
  (cd "$work" && cpack --config "$build/CPackConfig.cmake" -B "$work/deb" -G DEB) &&
    dpkg-deb --info "$work"/deb/ticketing-dev_*.deb &&
    dpkg-deb --contents "$work"/deb/ticketing-dev_*.deb | grep cmake/ticketing/TicketingConfig.cmake
}
check "the Debian package is made" deb
# Everything that the libraries need and nothing else: what the build installs, without the tools and
# without what only programs use (mimalloc, time zones, the readers of pictures and tickets, the jail).
same_packages() {
  diff <(sed -n '/^build=(/,/)/p' tools/install-packages | grep -oE '\b(lib[a-z0-9.-]+-dev|prometheus-cpp-dev)\b' | grep -vE 'howardhinnant|jpeg|mimalloc|png|poppler|seccomp|webp|zxing' | sort) \
    <(dpkg-deb -f "$work"/deb/ticketing-dev_*.deb Depends | tr ',' '\n' | tr -d ' ' | sort)
}
check "the Debian package depends on what the build installs" same_packages

# Every block whose first line names a file becomes that file.
awk -v to="$work/" '
  /^```[a-z]+ notifier\// { file = to $2; dir = file; sub("/[^/]*$", "", dir); system("mkdir -p " dir); next }
  /^```/ { if (file) close(file); file = ""; next }
  file { print > file }' docs/adding-a-service.md
check "the page names a whole service" bash -c "(( \$(find $work/notifier -type f | wc -l) >= 12 ))"
check "its sources are formatted" bash -c "clang-format-19 --style=file:$root/.clang-format --dry-run -Werror \$(find $work/notifier -name '*.?pp')"
check "it is configured" cmake -S "$work/notifier" -B "$work/build" -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 \
  -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" -DCMAKE_PREFIX_PATH="$work/prefix"
check "it builds, warnings being errors" nice ninja -C "$work/build" -j2
check "its test passes" ctest --test-dir "$work/build" --output-on-failure --no-tests=error
check "its program says what it is" bash -c "$work/build/notifier-service --help | grep DATABASE_URL"
refuses() { env -i "$work/build/notifier-service"; [[ $? == 2 ]]; }
check "its program refuses to start without its settings" refuses

# ---- beside the distributed shape ----------------------------------------------------------------
notifier_port=$(infra/local/free-port 1 $$) # the document's script needs to know it
start_system() { # waits until it serves; the log goes to $work/system.log
  PORT=0 DATA_DIR=$work/data TICKETING_BIN=${TICKETING_BIN:-$build/bin} \
    infra/local/start --json --with "$work/notifier/services.json" >"$work/system.json" 2>"$work/system.log" &
  system=$!
  local i
  for ((i = 0; i < 3000; ++i)); do
    [[ ! -s $work/system.json ]] || return 0
    kill -0 "$system" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/system.log"
  return 1
}
if [[ -x $work/build/notifier-service && -x $work/build/audit ]]; then
  # Not in a subshell: the system goes on.
  if start_system >"$work/start.log" 2>&1; then passed=$((passed + 1)); echo "ok: the distributed shape starts with it"
  else failed=$((failed + 1)); echo "FAILED: the distributed shape starts with it"; cat "$work/start.log"; fi
  field() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/system.json" "$1"; }
  notification_of_a_sale() {
    cd "$work"
    API=$(field url) SERVERS=$(field settings) NOTIFIER_PORT=$notifier_port \
      timeout 1200 sh notifier/try.sh
  }
  check "a sale makes it publish, and a listener from elsewhere receives it" notification_of_a_sale
  echo "    $(grep -m 1 '^notifier sent' "$work/log" || echo "no event was received")"
else
  failed=$((failed + 2))
  echo "FAILED: the distributed shape was not tried: there is no program"
fi
echo "$passed passed, $failed failed"
((failed == 0))
