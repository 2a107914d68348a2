// The event of the expiration service. Listened to by orders, which alone decides what it means.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace ticketing::contracts {

// The time of an order is over.
struct ExpirationComplete {
  static constexpr std::string_view subject = "expiration.complete";
  std::string order_id;
};

std::string encode(const ExpirationComplete& event);
Result<ExpirationComplete> decode_expiration_complete(std::string_view json);

}  // namespace ticketing::contracts
