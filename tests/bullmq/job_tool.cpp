// For the tests with BullMQ: adds a job with this project's queue, or runs jobs and prints each.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/async/task.hpp"
#include "common/async/timers.hpp"
#include "common/base/clock.hpp"
#include "common/jobs/redis/redis_job_queue.hpp"

namespace {

using namespace ticketing;

const SystemClock system_clock;
SystemTimers system_timers;

Task<> add(jobs::JobQueue& queue, jobs::Job job) { co_await queue.add(std::move(job)); }

Task<> remove(jobs::JobQueue& queue, std::string id) { co_await queue.remove(id); }

// The job "fail once" fails the first time it runs.
Task<> print_job(const jobs::Job& job) {
  static bool failed = false;
  fmt::print("{} {} {}\n", job.id, to_millis(system_clock.now()) - to_millis(job.due), job.data);
  std::fflush(stdout);
  if (job.data.find("fail once") != std::string::npos && !std::exchange(failed, true)) {
    throw std::runtime_error("not today");
  }
  co_return;
}

Task<> run(jobs::JobQueue& queue, Milliseconds length) {
  queue.start(print_job);
  co_await system_timers.sleep_for(length);
  co_await queue.stop();
}

int usage() {
  fmt::print(stderr,
             "bullmq-job-tool URL QUEUE add ID DATA DELAY_MS | remove ID | run MILLISECONDS\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return usage();
  const std::string_view verb = argv[3];
  asio::io_context io(1);
  const auto queue = jobs::make_redis_job_queue(io.get_executor(), system_clock, system_timers,
                                                {.url = argv[1], .queue = argv[2]});
  if (verb == "add" && argc == 7) {
    const Timestamp due = system_clock.now() + Milliseconds{std::atoll(argv[6])};
    spawn(io.get_executor(), "add", add(*queue, {.id = argv[4], .data = argv[5], .due = due}));
  } else if (verb == "remove" && argc == 5) {
    spawn(io.get_executor(), "remove", remove(*queue, argv[4]));
  } else if (verb == "run" && argc == 5) {
    spawn(io.get_executor(), "run", run(*queue, Milliseconds{std::atoll(argv[4])}));
  } else {
    return usage();
  }
  io.run();
  return 0;
}
