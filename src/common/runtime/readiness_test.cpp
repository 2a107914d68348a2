// I18: /readyz says whether the process can serve requests.
#include "common/runtime/readiness.hpp"

#include <gtest/gtest.h>

namespace ticketing::runtime {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// A service whose database has a clock of its own.
class ServiceWithClock final : public Service {
 public:
  explicit ServiceWithClock(Milliseconds lead) : lead_(lead) {}
  const std::string& name() const override { return name_; }
  http::Routes routes() override { return {}; }
  void subscribe() override {}
  void start() override {}
  Task<> stop() override { co_return; }
  Task<bool> is_ready() override { co_return true; }
  Milliseconds clock_lead() const override { return lead_; }

 private:
  const std::string name_ = "notes";
  const Milliseconds lead_;
};

Readiness with_clock(Milliseconds offset) {
  return {.bus = true, .identity = true, .clock_offset = offset, .services = {{"notes", true}}};
}

TEST(Readiness, AllowsTheSameClockOffsetAsTokens) {
  for (const Milliseconds slight : {seconds{0}, seconds{30}, seconds{-30}}) {
    EXPECT_TRUE(with_clock(slight).all());
  }
  EXPECT_EQ(with_clock(seconds{30}).to_json(),
            R"({"status":"ready","checks":{"bus":"ok","identity":"ok","clock":"ok",)"
            R"("notes":"ok"}})");
}

TEST(Readiness, ReportsAWrongClockAndItsOffset) {
  EXPECT_FALSE(with_clock(Milliseconds{30'001}).all());
  EXPECT_FALSE(with_clock(Milliseconds{-30'001}).all());
  EXPECT_EQ(with_clock(hours{1}).to_json(),
            R"({"status":"degraded","checks":{"bus":"ok","identity":"ok",)"
            R"("clock":"wrong: 3600 s ahead of the database's clock","notes":"ok"}})");
  EXPECT_NE(with_clock(-hours{1}).to_json().find("wrong: 3600 s behind the database's clock"),
            std::string::npos);
}

TEST(Readiness, UsesTheDatabaseWithTheLargestClockOffset) {
  Services services;
  EXPECT_EQ(clock_offset(services), Milliseconds{0});
  for (const seconds lead : {seconds{-2}, seconds{40}, seconds{1}}) {
    services.push_back(std::make_unique<ServiceWithClock>(lead));
  }
  EXPECT_EQ(clock_offset(services), seconds{-40});
}

}  // namespace
}  // namespace ticketing::runtime
