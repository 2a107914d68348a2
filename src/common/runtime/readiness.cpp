#include "common/runtime/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/identity/jwt.hpp"
#include "common/json/writer.hpp"

namespace ticketing::runtime {
namespace {

std::string describe_clock(const Readiness& readiness) {
  if (readiness.is_clock_right()) return "ok";
  const auto offset = std::chrono::round<std::chrono::seconds>(readiness.clock_offset);
  return fmt::format("wrong: {} s {} the database's clock", abs(offset).count(),
                     offset.count() > 0 ? "ahead of" : "behind");
}

}  // namespace

bool Readiness::is_clock_right() const { return abs(clock_offset) <= identity::clock_leeway; }

bool Readiness::all() const {
  return bus && identity && is_clock_right() &&
         std::ranges::all_of(services, [](const auto& service) { return service.second; });
}

std::string Readiness::to_json() const {
  json::Writer writer;
  writer.begin_object().field("status", all() ? "ready" : "degraded");
  writer.key("checks").begin_object().field("bus", bus ? "ok" : "down");
  writer.field("identity", identity ? "ok" : "no keys").field("clock", describe_clock(*this));
  for (const auto& [name, ready] : services) writer.field(name, ready ? "ok" : "down");
  writer.end_object().end_object();
  return writer.take();
}

Milliseconds clock_offset(const Services& services) {
  Milliseconds furthest{0};
  for (const auto& service : services) {
    const Milliseconds offset = -service->clock_lead();
    if (abs(offset) > abs(furthest)) furthest = offset;
  }
  return furthest;
}

Task<Readiness> check_readiness(const Platform& platform, const Services& services) {
  Readiness readiness{.bus = platform.bus.is_ready(),
                      .identity = !platform.has_callers || platform.identity.is_ready(),
                      .clock_offset = clock_offset(services),
                      .services = {}};
  for (const auto& service : services) {
    const bool ready = co_await service->is_ready();
    readiness.services.emplace_back(service->name(), ready);
  }
  co_return readiness;
}

}  // namespace ticketing::runtime
