# The suites that ./test runs: name, when ("always", or "all" for --all only), command.
# A suite that cannot run must fail, or say "did not run" and why; it never passes in silence.
sanitized() { # PRESET [ctest option ...]
  tools/build "$1" && TICKETING_TEST_SCALE=${TICKETING_TEST_SCALE:-0.1} ctest --preset "$@"
}

suite "formatting" always tools/check-format
suite "build" always tools/build release
suite "tests" always ctest --preset release
suite "stripe-mock" always tests/stripe/run-mock.sh
suite "client: build" always client/build.sh
suite "client: units" always client/test.sh
suite "client: browser" always tests/browser/run.sh
suite "client: browser, distributed" always env TICKETING_SYSTEM=distributed tests/browser/run.sh
suite "bullmq" always tests/bullmq/run.sh
suite "infra" all tests/infra/run.sh --package --rolling --restore
suite "payment rounds" all env TICKETING_ROUNDS=10000 build/release/test/stripe_rounds_test
suite "asan and ubsan" all sanitized asan
suite "tsan" all sanitized tsan
