// The marketplace as a test sees it from outside: programs that are started, killed, paused and
// stopped, a port for requests, databases to read. TICKETING_SYSTEM chooses the shape.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ticketing::system {

using Variables = std::map<std::string, std::string>;
using TableRow = std::vector<std::optional<std::string>>;
using TableRows = std::vector<TableRow>;

// A program of the system.
struct Part {
  std::string program;  // "ticketing" or "orders-service"
  std::uint16_t port = 0;
  std::vector<std::string> services;  // that run in it
};

class System {
 public:
  virtual ~System() = default;

  // Starts everything and waits until it is ready and answers callers; gives how long that took.
  // Throws std::runtime_error with the end of the log when it does not come up.
  virtual std::chrono::milliseconds start() = 0;
  // The same under another program: its arguments come before the program's own. Does not wait:
  // it may never become ready.
  virtual void start_under(const std::vector<std::string>& wrapper) = 0;
  virtual void kill() = 0;    // SIGKILL, all at once
  virtual int stop() = 0;     // SIGTERM; the exit code, the worst of all
  virtual void pause() = 0;   // SIGSTOP
  virtual void resume() = 0;  // SIGCONT
  virtual bool is_running() = 0;
  // Of every program's environment, from the next start on.
  virtual void set_variable(const std::string& name, const std::string& value) = 0;
  virtual bool is_ready() const = 0;

  // Where callers send requests.
  virtual std::uint16_t port_of(std::string_view path) const = 0;
  // For operators: every process.
  virtual std::vector<Part> parts() const = 0;
  virtual int replicas() const = 0;  // of each service

  // Reads the database of a service ("orders"). Any time.
  virtual TableRows query(const std::string& service, const std::string& sql) = 0;
  // Damages it. Only while nothing runs.
  virtual void execute(const std::string& service, const std::string& sql) = 0;
  // Deletes every delayed job. Only while nothing runs.
  virtual void lose_jobs() = 0;
  // Has the bus carry every event there ever was once more, `times` times. Runs before and after;
  // listeners may not be done yet.
  virtual void replay_events(int times, std::uint64_t seed) = 0;
  // Events that the bus has and some listener has not; not those that still wait in an outbox.
  virtual std::int64_t events_under_way() = 0;
  virtual std::vector<std::string> dead_letters() = 0;
  // Everything that was printed so far.
  virtual std::string log() const = 0;
};

// Settings for test persons that do in a second what users do in a day; added unless a test sets
// them.
const Variables& settings_for_busy_people();

// TICKETING_SYSTEM: embedded (the default) or distributed, with TICKETING_REPLICAS (2) of each
// service. `variables` are added to the programs' environment.
std::unique_ptr<System> make_system(const Variables& variables);

bool runs(const Part& part, const std::string& service);
// Of some process that the service runs in.
std::uint16_t port_of_service(const System& system, const std::string& service);

// The folder of the programs under test.
std::string programs_folder();
// How many of `rounds` to do: TICKETING_TEST_SCALE of them, at least `least`.
int scaled(int rounds, int least = 1);
// A bound on time, as that of the fixtures; the longest also where TICKETING_TEST_SCALE_DISTRIBUTED
// is below 1.
std::chrono::milliseconds patient(std::chrono::milliseconds limit);
// How long ago that was.
std::chrono::milliseconds since(std::chrono::steady_clock::time_point begun);

// Polls until `condition` holds; false when it did not within `limit`.
bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit,
                std::chrono::milliseconds pause = std::chrono::milliseconds{10});

}  // namespace ticketing::system
