// Tries to escape from each kind of jail, as root and as a plain user.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>

#include "common/base/exceptions.hpp"
#include "common/jail/jailed_program.hpp"
#include "fixtures/project.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::jail {
namespace {

std::string escape_program() { return fixtures::programs_folder() / "jail_escape"; }

// The kind of jail, and whether root or a plain user runs in it.
struct Case {
  std::string kind;
  bool as_root;
};
void PrintTo(const Case& one, std::ostream* out) {
  *out << one.kind << (one.as_root ? " as root" : " as a plain user");
}

class Jail : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    if (GetParam().as_root && ::geteuid() != 0) {
      GTEST_SKIP() << "DID NOT RUN: the jail of root, because this is no root";
    }
    if (!GetParam().as_root && ::geteuid() == 0) check_that_others_can_run_programs();
    if (testing::Test::IsSkipped()) return;
    const Ran ran = attempt("nothing");
    if (GetParam().kind == "namespaces" && ran.output == "no jail: namespaces") {
      GTEST_SKIP() << "DID NOT RUN: the jail with namespaces, because there are none here";
    }
    ASSERT_EQ(ran.output, "in");
  }
  Ran attempt(const std::string& what, const RunLimits& limits = {.time = patience}) {
    Program program{.path = escape_program(), .arguments = {what}};
    if (!GetParam().as_root && ::geteuid() == 0) {
      program = {.path = "/usr/bin/setpriv",
                 .arguments = {"--reuid=65534", "--regid=65534", "--clear-groups", escape_program(),
                               what}};
    }
    return run_program(program, GetParam().kind, "", limits);
  }
  static void check_that_others_can_run_programs() {
    const std::filesystem::path closed = fixtures::closed_folder_above(escape_program());
    if (closed.empty()) return;
    GTEST_SKIP() << "DID NOT RUN: the jail of a plain user, who cannot enter " << closed;
  }
  // On a busy machine, too.
  static constexpr std::chrono::milliseconds patience{30'000};
};

TEST_P(Jail, RefusesEveryWayOut) {
  std::filesystem::remove("/tmp/escaped");  // of a run in which the jail was broken
  for (const char* what :
       {"open",   "make",     "stat",   "socket",  "socketpair",     "fork",
        "exec",   "allocate", "kill",   "trace",   "code",           "root",
        "dup",    "vfork",    "thread", "connect", "send",           "unlink",
        "rename", "list",     "memory", "ring",    "anonymous file", "program of the kernel",
        "limits"}) {
    const Ran ran = attempt(what);
    EXPECT_EQ(ran.ending, Ending::exited) << what;
    EXPECT_EQ(ran.output, "refused") << what;
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/escaped"));
}

TEST_P(Jail, EndsAnEndlessLoopByItsProcessorTime) {
  const Ran ran = attempt("loop");
  EXPECT_EQ(ran.ending, Ending::failed);
}

TEST_P(Jail, EndsWhatTakesTooLong) {
  const Ran ran = attempt("loop", {.time = std::chrono::milliseconds{50}});
  EXPECT_EQ(ran.ending, Ending::timed_out);
}

TEST_P(Jail, EndsWhatWritesTooMuch) {
  const Ran ran = attempt("write", {.time = patience});
  EXPECT_EQ(ran.ending, Ending::too_long);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Jail,
                         testing::Values(Case{"namespaces", true}, Case{"namespaces", false},
                                         Case{"seccomp", true}, Case{"seccomp", false}),
                         [](const auto& info) {
                           return info.param.kind + (info.param.as_root ? "AsRoot" : "AsPlainUser");
                         });

class JailedProgramTest : public testing::Test {
 protected:
  JailedProgramTest() { std::signal(SIGPIPE, SIG_IGN); }
  asio::io_context io_;
};

TEST_F(JailedProgramTest, RunsTwoLetsEightWaitAndRefusesMore) {
  JailedProgram program({.path = escape_program(), .arguments = {"nothing"}}, "in");
  ASSERT_TRUE(program.kind());
  constexpr int calls = 40;
  int refused = 0, ran = 0;
  for (int i = 0; i < calls; ++i) {
    asio::co_spawn(io_, program.run("x"), [&](const std::exception_ptr& error, const Ran& one) {
      refused += error ? 1 : 0;
      ran += !error && one.output == "in" ? 1 : 0;
    });
  }
  io_.run();
  EXPECT_EQ(ran + refused, calls);
  EXPECT_GE(ran, 8);
  EXPECT_GE(refused, 1);
}

TEST_F(JailedProgramTest, RefusesEveryFileWhereNoJailWorks) {
  JailedProgram program({.path = "/bin/true"}, "in");
  EXPECT_FALSE(program.kind());
  EXPECT_THROW(run_task(io_, program.run("x")), Unavailable);
  JailedProgram absent({.path = "/no/such/program"}, "in");
  EXPECT_FALSE(absent.kind());
}

// A reader that computes for seconds leaves the processors to the thread that serves requests.
TEST_F(JailedProgramTest, HasALowPriority) {
  const int here = ::getpriority(PRIO_PROCESS, 0);
  JailedProgram program({.path = "/bin/sh", .arguments = {"-c", "nice"}},
                        std::to_string(here) + "\n");
  EXPECT_EQ(run_task(io_, program.run("")).output, std::to_string(std::min(here + 10, 19)) + "\n");
}

TEST_F(JailedProgramTest, UsesTheKindThatIsForced) {
  JailedProgram program({.path = escape_program(), .arguments = {"nothing"}}, "in", {}, "seccomp");
  EXPECT_EQ(program.kind(), "seccomp");
}

}  // namespace
}  // namespace ticketing::jail
