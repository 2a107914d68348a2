// Webhooks: no signature but the right one is ever accepted, and any body is read or refused.
#include <cstddef>
#include <cstdint>

#include "common/base/assert.hpp"
#include "payments/webhooks/webhook.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ticketing;
  const Timestamp now = from_millis(1'790'000'000'000);
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  TICKETING_ASSERT(!payments::webhooks::is_signed("whsec_test", header, "{}", now));
  TICKETING_ASSERT(!payments::webhooks::is_signed("", header, "{}", now));
  static_cast<void>(payments::webhooks::read_webhook(header));
  return 0;
}
