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
# Under a sanitizer the distributed shape runs what exercises its adapters most; the faults of servers,
# which are mostly waits, are left to the release build, and so is what only reads sources. The simulation ends
# processes in the middle, whose coroutines nothing frees: the leaks would hide those of the product.
sanitized() { # PRESET [MORE TO LEAVE OUT]
  tools/build "$1" && TICKETING_TEST_SCALE=${TICKETING_TEST_SCALE:-0.1} run_tests "$1" -j 4 \
    -E '(crash|expiry|event_faults|limits|people)_test_distributed|(distributed_([a-z]+_)?|mail_)faults|limits_document|simulation'"${2:+|$2}"
}
# What is deployed is newer than Debian's NATS; Go builds it.
current_nats() {
  command -v go >/dev/null || { echo "did not run: a current NATS needs Go"; return 0; }
  TICKETING_NATS_LATEST=1 run_tests release -R '^(common_bus_jetstream_test|event_faults_test_distributed)$'
}
# Files in S3, on a server that Go builds.
real_s3() {
  command -v go >/dev/null || { echo "did not run: a real S3 server needs Go"; return 0; }
  tools/install-infra-tools && run_tests release -R '^common_files_s3_test$'
}
# 100,000 steps, half of them on each core: the second half begins with the seed that follows the first.
sales() {
  local program=build/release/test/sales_rules_test first code=0
  TICKETING_SALES_STEPS=50000 "$program" &
  first=$!
  TICKETING_SALES_STEPS=50000 TICKETING_SEED=20311127 "$program" || code=1
  wait "$first" || code=1
  return "$code"
}
damaged_pictures() { TICKETING_PICTURE_ROUNDS=4000 run_tests release -R '^common_images_test$'; }
# As many as a busy shop sends in a day; without --all there are 500.
many_mails() { TICKETING_MAIL_EVENTS=10000 run_tests release -R '^mail_faults_test$'; }
hostile_files() {
  TICKETING_HOSTILE=all TICKETING_HOSTILE_ROUNDS=60 run_tests release -R '^(delivery_reading|hostile_files)_test$'
}
# Without --all there are fewer rounds in the distributed shape, of payments and of malformed requests.
# Five at a time are what two cores can do: most tests wait more than they compute.
distributed_scale=0.3 payment_rounds=1000
[[ $all == 0 ]] || distributed_scale=1 payment_rounds=10000
scaled_tests() { # ARGUMENT OF CTEST ...
  TICKETING_TEST_SCALE_DISTRIBUTED=$distributed_scale TICKETING_ROUNDS=$payment_rounds run_tests release -j 5 "$@"
}
# Pages that wait: for a clock, a bank, an answer that does not come, another visitor. For ./test --all.
waiting_pages='calendar|contention|countdown|expiry|live-lists|lost-answer|older-page|own-lists|stripe|token-end'
# What concerns the pages alone is the same in both shapes, and the embedded run shows it.
pages_alone='accessibility|calendar|countdown|focus|lost-answer|older-page|translated'
pages() { # in|out REGEX: the browser tests of these files, or of all others
  local file files=()
  for file in tests/browser/*.test.ts; do
    file=${file##*/}
    if [[ $file =~ ^($2)\. ]]; then [[ $1 == out ]] || files+=("$file")
    else [[ $1 == in ]] || files+=("$file"); fi
  done
  tests/browser/run.sh "${files[@]}"
}
distributed_pages() { TICKETING_SYSTEM=distributed pages out "$pages_alone"; }
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
ahead "asan and ubsan" all tools/build asan
ahead "client: two releases" all tests/browser/releases/run.sh --build-only
ahead "tsan" all tools/build tsan
suite "tests" always scaled_tests -LE '^long$'
suite "long tests" all scaled_tests -L '^long$'
suite "client: build" always client/build.sh
suite "client: units" always units
suite "client: browser" always pages out "$waiting_pages"
suite "client: browser, waiting" all pages in "$waiting_pages"
suite "client: browser, distributed" all distributed_pages
suite "front door" always tests/front-door/run.sh
suite "client: two releases" all tests/browser/releases/run.sh
suite "bullmq" always tests/bullmq/run.sh
suite "stripe-mock" always tests/stripe/run-mock.sh
suite "infra" all tests/infra/run.sh --package --rolling --restore
suite "current NATS" all current_nats
suite "S3" all real_s3
suite "rules of sales" all sales
suite "damaged pictures" all damaged_pictures
suite "hostile files" all hostile_files
suite "many mails" all many_mails
suite "asan and ubsan" all sanitized asan
# Readers of files are processes of one thread, which it only makes too slow for what they have to find in time.
suite "tsan" all sanitized tsan "delivery_reading|hostile_files"
