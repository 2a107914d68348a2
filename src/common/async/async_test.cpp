#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <latch>

#include "common/async/group.hpp"
#include "common/async/timers.hpp"
#include "common/async/worker_pool.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing {
namespace {

TEST(Signal, StoresACallWhileNoCoroutineWaits) {
  asio::io_context io;
  Signal signal(io.get_executor());
  signal.notify();
  signal.notify();
  int wakes = 0;
  const auto wait_twice = [](Signal& s, int& count) -> Task<> {
    co_await s.wait_for(Milliseconds{60'000});
    ++count;
    co_await s.wait_for(Milliseconds{1});
    ++count;
  };
  spawn(io.get_executor(), "test", wait_twice(signal, wakes));
  io.run();
  EXPECT_EQ(wakes, 2);
}

TEST(TaskGroup, StaysWithinItsLimitAndWaitsForItsMembers) {
  asio::io_context io;
  TaskGroup group(io.get_executor(), "test");
  std::size_t most = 0;
  int done = 0;
  const auto member = [](int& count) -> Task<> {
    co_await SystemTimers{}.sleep_for(Milliseconds{1});
    ++count;
  };
  const auto run = [](TaskGroup& g, std::size_t& peak, int& count, auto make) -> Task<> {
    for (int i = 0; i < 20; ++i) {
      co_await g.wait_below(4);
      g.spawn(make(count));
      peak = std::max(peak, g.running());
    }
    co_await g.wait_below(1);
    EXPECT_EQ(count, 20);
  };
  spawn(io.get_executor(), "test", run(group, most, done, member));
  io.run();
  EXPECT_EQ(done, 20);
  EXPECT_EQ(most, 4U);
}

TEST(WorkerPool, RunsOnItsThreadAndResumesOnTheCallersThread) {
  asio::io_context io;
  WorkerPool pool(2, 8);
  bool checked = false;
  const auto call = [](WorkerPool& p, bool& seen) -> Task<> {
    const auto here = std::this_thread::get_id();
    const auto there = co_await p.run<std::thread::id>([] { return std::this_thread::get_id(); });
    EXPECT_NE(here, there);
    EXPECT_EQ(here, std::this_thread::get_id());
    seen = true;
  };
  spawn(io.get_executor(), "test", call(pool, checked));
  io.run();
  EXPECT_TRUE(checked);
}

TEST(WorkerPool, RefusesAtOnceWhenItsQueueIsFull) {
  asio::io_context io;
  WorkerPool pool(1, 1);
  std::latch started(1), release(1);
  int refused = 0, answered = 0;
  const auto call = [](WorkerPool& p, std::latch& begin, std::latch& gate, bool first, int& no,
                       int& yes) -> Task<> {
    try {
      co_await p.run<int>([&begin, &gate, first] {
        if (first) begin.count_down();
        gate.wait();
        return 1;
      });
      ++yes;
    } catch (const Unavailable&) {
      ++no;
      gate.count_down();
    }
  };
  spawn(io.get_executor(), "test", call(pool, started, release, true, refused, answered));
  io.poll();
  io.restart();
  started.wait();  // the one thread is busy: the next job waits, the one after is refused
  spawn(io.get_executor(), "test", call(pool, started, release, false, refused, answered));
  io.poll();
  io.restart();
  spawn(io.get_executor(), "test", call(pool, started, release, false, refused, answered));
  io.run();
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(answered, 2);
}

// Linux gives each thread a nice of its own; POSIX gives a process one.
int nice_of_a_thread(Priority priority) {
  asio::io_context io;
  WorkerPool pool(1, 1, priority);
  return run_task(io, pool.run<int>([] { return ::getpriority(PRIO_PROCESS, 0); }));
}

TEST(WorkerPool, LowersThePriorityOfItsThreadsAlone) {
  const int here = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(nice_of_a_thread(Priority::low), std::min(here + 10, 19));
  EXPECT_EQ(nice_of_a_thread(Priority::equal), here);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), here);
}

trace::Context context_named(std::string_view request_id) {
  trace::Context context;
  context.set_request_id(request_id);
  return context;
}

using Names = std::vector<std::string>;
void note_name(Names& names) { names.emplace_back(trace::current().request_id()); }

// Waits in each of the ways there are, in a context of its own in between.
Task<> wait_in_all_ways(WorkerPool& pool, Names& names) {
  const Executor executor = co_await asio::this_coro::executor;
  co_await SystemTimers{}.sleep_for(Milliseconds{1});
  note_name(names);
  Signal signal(executor);
  co_await signal.wait_for(Milliseconds{1});
  note_name(names);
  co_await pool.run<int>([] { return 1; });
  note_name(names);
  const auto note_inside = [](Names& inside) -> Task<> {
    co_await SystemTimers{}.sleep_for(Milliseconds{1});
    note_name(inside);
  };
  Names inside;
  co_await in_context(context_named("inner-0001"), note_inside(inside));
  EXPECT_EQ(inside, Names{"inner-0001"});
  note_name(names);
}

TEST(TraceContext, StaysWithItsCoroutineWhileOthersRun) {
  asio::io_context io;
  WorkerPool pool(2, 64);
  std::vector<Names> names(20);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const trace::Context context = context_named("request-" + std::to_string(i));
    spawn(io.get_executor(), "test", in_context(context, wait_in_all_ways(pool, names[i])));
    EXPECT_TRUE(trace::current().empty());
  }
  io.run();
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(names[i], Names(4, "request-" + std::to_string(i)));
  }
  EXPECT_TRUE(trace::current().empty());
}

TEST(TraceContext, FollowsACoroutineToAnotherThread) {
  asio::io_context io;
  WorkerPool pool(2, 64);
  Names names;
  std::thread first;
  spawn(io.get_executor(), "test",
        in_context(context_named("request-1"), wait_in_all_ways(pool, names)));
  io.run_one();
  first = std::thread([&io] {
    const trace::Scope own(context_named("thread-0001"));
    io.run();
    EXPECT_EQ(trace::current().request_id(), "thread-0001");
  });
  first.join();
  EXPECT_EQ(names, Names(4, "request-1"));
}

TEST(TraceContext, IsNotInheritedByASpawnedCoroutineUnlessPassed) {
  asio::io_context io;
  Names names;
  const auto note = [](Names& all) -> Task<> {
    note_name(all);
    co_return;
  };
  const auto start_both = [](asio::io_context& context, Names& all, auto task) -> Task<> {
    spawn(context.get_executor(), "test", task(all));
    spawn(context.get_executor(), "test", in_context(trace::current(), task(all)));
    co_return;
  };
  spawn(io.get_executor(), "test",
        in_context(context_named("request-1"), start_both(io, names, note)));
  io.run();
  EXPECT_EQ(names, (Names{"", "request-1"}));
}

}  // namespace
}  // namespace ticketing
