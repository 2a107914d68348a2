# shellcheck shell=bash disable=SC2154  # ./test reads it, and sets `all`
# The suites that ./test runs: name, when ("always", or "all" for --all only), command.
# A suite that cannot run must fail, or say "did not run" and why; it never passes in silence.

# The files of databases and servers are kept in memory where there is room: the tests wait for commits
# most of their time, and services refuse writes while a disk stops for a second, as they should.
fast_folder() {
  local free=0
  [[ ! -w /dev/shm ]] || free=$(df --output=avail -B 1M /dev/shm | tail -n 1)
  if ((free >= 4096)); then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}
# ctest shows nothing of what passes, nor that a part of it could not run here.
run_tests() { # PRESET [ctest's arguments ...]
  local code=0
  TMPDIR=$(fast_folder) ctest --preset "$@" || code=$?
  grep -h 'DID NOT RUN' "build/$1/Testing/Temporary/LastTest.log" || true
  return "$code"
}
# Under a sanitizer the distributed shape shows its adapters where they have most to do: every route, and races. The
# rest of it is the same services once more, or faults of servers, which are mostly waits. Without one are also: what
# only reads sources, what asks the same routes as other tests for something else, and readers of files, which are
# programs without a sanitizer. The simulation ends processes in the middle, whose coroutines nothing frees: the leaks
# would hide those of the product. Kills, clocks, and accounts one by one, have no threads that races and limits lack.
sanitized() { # PRESET
  local same='(crash|event_faults|expiry|limits|payment_race|people|republish|sealed|trace)_test_distributed'
  local others='^(architecture|delivery_reading|limits_document|mail_faults|sealed)_test$|^distributed_|simulation'
  [[ $1 != tsan ]] || others+='|^(crash|expiry|people|republish)_test$'
  tools/build "$1" && TICKETING_TEST_SCALE=${TICKETING_TEST_SCALE:-0.1} run_tests "$1" -j 5 -E "$same|$others"
}
# What is deployed is newer than Debian's NATS; Go builds it. Its own part of the product: the adapter's contract,
# who may do what, and one sale through all services.
current_nats() {
  command -v go >/dev/null || { echo "did not run: a current NATS needs Go"; return 0; }
  TICKETING_NATS_LATEST=1 run_tests release \
    -R '^(common_bus_jetstream_test|bus_permissions_test|trace_test_distributed)$'
}
# Files in S3, on a server that Go builds.
real_s3() {
  command -v go >/dev/null || { echo "did not run: a real S3 server needs Go"; return 0; }
  tools/install-infra-tools && run_tests release -R '^common_files_s3_test$'
}
# What --all repeats more often than other runs do, in place of those: it computes, so it can wait for idle processors.
# The reader alone gets all hostile files.
export repeated='^(common_images|delivery_reading|republished|sales_rules|simulation|stripe_rounds)_test$'
many_rounds() {
  TICKETING_HOSTILE=all TICKETING_HOSTILE_ROUNDS=60 TICKETING_OLD_TICKETS=100000 TICKETING_PICTURE_ROUNDS=4000 \
    TICKETING_ROUNDS=10000 TICKETING_SALES_STEPS=20000 TICKETING_SIMULATIONS=12 \
    run_tests release -j 3 -R "$repeated"
}
export -f fast_folder run_tests many_rounds
# There are fewer rounds in the distributed shape, whose tests are the slowest; tests/postgres has its races once more,
# one level lower. Five at a time are what two cores can do: most tests wait more than they compute.
distributed_scale=0.3 mails=500
# As many mails as a busy shop sends in a day.
[[ $all == 0 ]] || distributed_scale=0.5 mails=10000
scaled_tests() { # ARGUMENT OF CTEST ...
  [[ $all == 0 ]] || set -- "$@" -E "$repeated"
  TICKETING_TEST_SCALE_DISTRIBUTED=$distributed_scale TICKETING_MAIL_EVENTS=$mails run_tests release -j 5 "$@"
}
# For ./test --all: pages that wait for a clock, a bank, an answer that does not come or another visitor, and every page
# once more for axe-core and for a browser that translates.
more_pages='accessibility|calendar|contention|countdown|expiry|live-lists|lost-answer|older-page|own-lists|stripe'
more_pages+='|token-end|translated'
# What pages need of the shape: sessions, streams and uploads through nginx, and what one service tells another. The
# rest is the same page before an API that answers the same, as api_test shows in both shapes.
shape_pages='browse|live-lists|purchase|session|shown-ticket|token-end'
pages() { # in|out REGEX: the browser tests of these files, or of all others
  local file files=()
  for file in tests/browser/*.test.ts; do
    file=${file##*/}
    if [[ $file =~ ^($2)\. ]]; then [[ $1 == out ]] || files+=("$file")
    else [[ $1 == in ]] || files+=("$file"); fi
  done
  tests/browser/run.sh "${files[@]}"
}
distributed_pages() { TICKETING_SYSTEM=distributed pages in "$shape_pages"; }
units() {
  if [[ $all == 1 ]]; then CLIENT_FUZZ_REQUESTS=12000 client/test.sh; else client/test.sh; fi
}

suite "style" always tools/check-style
suite "build" always tools/build release
suite "benchmarks: build" all tools/build release orders_bench search_bench
suite "clang-tidy of what has changed" always tools/check-tidy
ahead "client: build" always client/build.sh
ahead "stripe-mock" always tests/stripe/run-mock.sh --install-only
ahead "infra" all tools/install-infra-tools
ahead "S3" all tools/install-infra-tools
ahead "asan and ubsan" all tools/build asan
ahead "client: two releases" all tests/browser/releases/run.sh --build-only
ahead "tsan" all tools/build tsan
suite "tests" always scaled_tests -LE '^long$'
suite "long tests" all scaled_tests -L '^long$'
suite "client: build" always client/build.sh
suite "client: units" always units
suite "client: browser" always pages out "$more_pages"
suite "client: browser, more" all pages in "$more_pages"
suite "client: browser, distributed" all distributed_pages
# No suite beside it runs ctest in the folder that it has its log in, and none is as busy as the sanitizers.
beside "many rounds" all many_rounds
suite "front door" always tests/front-door/run.sh
suite "client: two releases" all tests/browser/releases/run.sh
suite "bullmq" always tests/bullmq/run.sh
suite "stripe-mock" always tests/stripe/run-mock.sh
suite "infra" all tests/infra/run.sh --package --rolling --restore
suite "many rounds" all
suite "current NATS" all current_nats
suite "S3" all real_s3
suite "asan and ubsan" all sanitized asan
suite "tsan" all sanitized tsan
