#include "streams/erasing.hpp"

#include "common/bus/delivery_policy.hpp"
#include "common/bus/subscriptions.hpp"
#include "contracts/auth_events.hpp"

namespace ticketing::streams {

static_assert(Erasing::on_the_way_max < bus::DeliveryPolicy{}.early_total);

void Erasing::subscribe(bus::EventBus& bus) {
  bus.subscribe({.consumer = "streams",
                 .subject = std::string(contracts::UserErased::subject),
                 .handler = [this](const bus::Event& event) { return follow(event); }});
}

Task<bus::Verdict> Erasing::follow(const bus::Event& event) {
  const auto user = bus::require(contracts::decode<contracts::UserErased>(event.payload));
  const SteadyTime heard = first_heard_.try_emplace(event.id, clock_.steady_now()).first->second;
  if (clock_.steady_now() < heard + on_the_way_max) co_return bus::Verdict::retry_later;
  co_await erase_(user.id);
  first_heard_.erase(event.id);
  co_return bus::Verdict::done;
}

}  // namespace ticketing::streams
