#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "bench/measured_system.hpp"

namespace ticketing::bench {
namespace {

class EmbeddedSystem final : public MeasuredSystem {
 public:
  explicit EmbeddedSystem(const std::string& program)
      : MeasuredSystem(program, std::chrono::seconds{20}) {}

  ProxyPort proxy_port() const override { return {.port = port(), .key = std::string(proxy_key)}; }

 private:
  std::int64_t count(const std::string& service, const std::string& sql) override {
    const std::string path = folder() / "data" / (service + ".db");
    sqlite3* handle = nullptr;
    std::int64_t value = -1;
    const auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::int64_t*>(out) = std::stoll(values[0]);
      return 0;
    };
    if (sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
      sqlite3_busy_timeout(handle, 5'000);
      sqlite3_exec(handle, sql.c_str(), take, &value, nullptr);
    }
    sqlite3_close(handle);
    if (value < 0) throw std::runtime_error("cannot read " + path);
    return value;
  }
};

}  // namespace

std::unique_ptr<MeasuredSystem> start_embedded(const std::string& program) {
  return std::make_unique<EmbeddedSystem>(program);
}

}  // namespace ticketing::bench
