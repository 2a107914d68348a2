#include "bench/measured_system.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <thread>

#include "bench/process_times.hpp"
#include "servers/services.hpp"

namespace ticketing::bench {
MeasuredSystem::MeasuredSystem(const std::string& command, std::chrono::seconds limit)
    : folder_(servers::make_temporary_folder("bench")), port_(servers::free_port()) {
  // The user postgres must be able to enter it.
  std::filesystem::permissions(
      folder_, std::filesystem::perms::others_exec | std::filesystem::perms::group_exec,
      std::filesystem::perm_options::add);
  const std::string output = folder_ / "output.log";
  process_.start({.arguments = {command},
                  .output_file = output,
                  .environment = {{"PORT", std::to_string(port_)},
                                  {"DATA_DIR", folder_ / "data"},
                                  {"HOLD_SECONDS", "86400"},
                                  {"JWT_KEY", std::string(jwt_key)},
                                  {"TRUSTED_PROXY_HOPS", "1"},
                                  {"TRUSTED_PROXY_KEY", std::string(proxy_key)},
                                  {"LOG_LEVEL", "warn"}}});
  servers::wait_for_port(process_, port_, output, limit);
}

MeasuredSystem::~MeasuredSystem() {
  process_.stop(std::chrono::seconds{30});
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool MeasuredSystem::is_drained() {
  for (const std::string& service : servers::names_of_publishers()) {
    if (count(service, "SELECT count(*) FROM outbox WHERE published_at IS NULL") > 0) return false;
  }
  const std::int64_t orders = count("orders", "SELECT count(*) FROM orders");
  return count("tickets", "SELECT count(*) FROM orders") == orders &&
         count("payments", "SELECT count(*) FROM orders") == orders &&
         count("expiration", "SELECT count(*) FROM expirations WHERE kind = 'order'") == orders &&
         count("orders", "SELECT count(*) + coalesce(sum(version), 0) FROM tickets") ==
             count("tickets", "SELECT count(*) + coalesce(sum(version), 0) FROM tickets");
}

void MeasuredSystem::wait_until_drained() {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{5};
  while (!is_drained()) {
    if (std::chrono::steady_clock::now() > limit)
      throw std::runtime_error("the sagas did not drain in 5 minutes");
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

std::map<std::string, double> MeasuredSystem::cpu_seconds() const {
  return cpu_seconds_of(process_.pid());
}

}  // namespace ticketing::bench
