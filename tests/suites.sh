# The suites that ./test runs, one a line: name, when ("always" or "all": with --all only), command.
# A suite that cannot run here must fail or say so; it never passes in silence.
suite "formatting"       always tools/check-format
suite "release: build"   always tools/build release
suite "release: tests"   always ctest --preset release
