#include "system/embedded_system.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "fixtures/run_task.hpp"
#include "servers/child_process.hpp"
#include "servers/services.hpp"
#include "system/http_client.hpp"
#include "system/sqlite_file.hpp"

namespace ticketing::system {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class EmbeddedSystem final : public System {
 public:
  explicit EmbeddedSystem(const Variables& variables)
      : port_(servers::free_port()), variables_(variables) {
    variables_.insert(settings_for_busy_people().begin(), settings_for_busy_people().end());
    variables_.try_emplace("LOG_LEVEL", "warn");
    variables_.try_emplace("TRUSTED_PROXY_HOPS", "1");  // test persons send their addresses
    variables_.try_emplace("DATA_DIR", folder_.file("data"));
    variables_.try_emplace("PORT", std::to_string(port_));
  }

  milliseconds start() override {
    const auto begun = Clock::now();
    start_under({});
    const auto deadline = begun + patient(std::chrono::seconds{60});
    while (!is_ready()) {
      if (!process_.is_running() || Clock::now() > deadline) {
        throw std::runtime_error("ticketing did not come up:\n" + log());
      }
      std::this_thread::sleep_for(milliseconds{5});
    }
    return since(begun);
  }

  void start_under(const std::vector<std::string>& wrapper) override {
    std::vector<std::string> arguments = wrapper;
    arguments.push_back(programs_folder() + "/ticketing");
    process_.start(
        {.arguments = std::move(arguments), .output_file = log_file(), .environment = variables_});
  }
  void kill() override { process_.kill(); }
  int stop() override { return process_.stop(patient(std::chrono::seconds{40})); }
  void pause() override { process_.pause(); }
  void resume() override { process_.resume(); }
  bool is_running() override { return process_.is_running(); }
  void set_variable(const std::string& name, const std::string& value) override {
    variables_[name] = value;
  }

  bool is_ready() const override {
    try {
      HttpClient client([this](std::string_view) { return port_; });
      return client.get("/readyz").status == 200;
    } catch (const ConnectionLost&) {
      return false;
    }
  }

  std::uint16_t port_of(std::string_view) const override { return port_; }

  std::vector<Part> parts() const override {
    return {{.program = "ticketing", .port = port_, .services = servers::service_names()}};
  }
  int replicas() const override { return 1; }

  TableRows query(const std::string& service, const std::string& sql) override {
    return SqliteFile(data_file(service)).run(sql);
  }
  void execute(const std::string& service, const std::string& sql) override {
    if (is_running()) throw std::logic_error("execute() while the program runs");
    SqliteFile(data_file(service)).run(sql);
  }

  void lose_jobs() override { execute("expiration", "DELETE FROM jobs"); }

  // From the outboxes, which are all that this bus has. Their order is disturbed where TEST_BUS_…
  // is among the variables.
  void replay_events(int times, std::uint64_t) override {
    for (int i = 0; i < times; ++i) {
      if (stop() != 0) throw std::runtime_error("ticketing ended badly:\n" + log());
      for (const std::string& service : servers::names_of_publishers()) {
        execute(service, "UPDATE outbox SET published_at = NULL");
      }
      start();
      for (const std::string& service : servers::names_of_publishers()) {
        wait_until(
            [&] {
              return query(service, "SELECT 1 FROM outbox WHERE published_at IS NULL").empty();
            },
            patient(std::chrono::seconds{60}));
      }
    }
  }

  // An event is marked in its outbox when every listener has it.
  std::int64_t events_under_way() override { return 0; }

  std::vector<std::string> dead_letters() override {
    std::vector<std::string> all;
    for (const TableRow& row :
         query("bus", "SELECT consumer, subject, reason, payload FROM dead_letters")) {
      all.push_back(*row[0] + " " + *row[1] + " " + *row[2] + " " + *row[3]);
    }
    return all;
  }

  std::string log() const override {
    std::ifstream file(log_file());
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string log_file() const { return folder_.file("log"); }
  std::string data_file(const std::string& service) const {
    return variables_.at("DATA_DIR") + "/" + service + ".db";
  }

  TemporaryFolder folder_;
  std::uint16_t port_;
  Variables variables_;
  servers::ChildProcess process_;
};

}  // namespace

std::unique_ptr<System> make_embedded_system(const Variables& variables) {
  return std::make_unique<EmbeddedSystem>(variables);
}

}  // namespace ticketing::system
