#include "system/system.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "fixtures/patience.hpp"
#include "fixtures/project.hpp"
#include "system/distributed_system.hpp"
#include "system/embedded_system.hpp"

namespace ticketing::system {
namespace {

bool is_distributed() {
  const char* shape = std::getenv("TICKETING_SYSTEM");
  if (shape == nullptr || std::string_view(shape) == "embedded") return false;
  if (std::string_view(shape) == "distributed") return true;
  throw std::runtime_error("TICKETING_SYSTEM must be embedded or distributed");
}

// The distributed shape may have one of its own.
double scale() {
  const char* text = is_distributed() ? std::getenv("TICKETING_TEST_SCALE_DISTRIBUTED") : nullptr;
  if (text == nullptr) text = std::getenv("TICKETING_TEST_SCALE");
  return text == nullptr ? 1.0 : std::clamp(std::atof(text), 0.001, 100.0);
}

}  // namespace

const Variables& settings_for_busy_people() {
  static const Variables settings{{"WRITES_A_MINUTE", "0"},         {"LIVE_ORDERS_MAX", "0"},
                                  {"LIVE_ORDERS_PER_ADDRESS", "0"}, {"SHOW_ORDERS_MAX", "0"},
                                  {"EXPIRY_PAUSE_SECONDS", "0"},    {"IDEMPOTENCY_KEYS_MAX", "0"},
                                  {"DECLINES_PER_USER", "0"},       {"DECLINES_PER_ADDRESS", "0"}};
  return settings;
}

std::unique_ptr<System> make_system(const Variables& variables) {
  if (!is_distributed()) return make_embedded_system(variables);
  const char* replicas = std::getenv("TICKETING_REPLICAS");
  return std::make_unique<DistributedSystem>(variables,
                                             replicas == nullptr ? 2 : std::stoi(replicas));
}

bool runs(const Part& part, const std::string& service) {
  return std::ranges::find(part.services, service) != part.services.end();
}

std::uint16_t port_of_service(const System& system, const std::string& service) {
  for (const Part& part : system.parts()) {
    if (runs(part, service)) return part.port;
  }
  throw std::runtime_error("no process runs " + service);
}

std::string programs_folder() { return fixtures::programs_folder(); }

int scaled(int rounds, int least) {
  return std::max(least, static_cast<int>(static_cast<double>(rounds) * scale()));
}

std::chrono::milliseconds patient(std::chrono::milliseconds limit) {
  if (scale() >= 1) return fixtures::patient(limit);
  return std::chrono::duration_cast<std::chrono::milliseconds>(limit * fixtures::patience_max);
}

std::chrono::milliseconds since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begun);
}

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit,
                std::chrono::milliseconds pause) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return condition();
    std::this_thread::sleep_for(pause);
  }
  return true;
}

}  // namespace ticketing::system
