#include "common/limits/caller.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace ticketing::limits {

Caller Caller::of(std::string_view kind, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + 1 + name.size());
  key.append(kind).append(" ").append(name);
  return Caller(std::move(key));
}

Caller Caller::user(std::string_view id) { return of("user", id); }

Caller Caller::address(std::string_view text) {
  namespace ip = boost::asio::ip;
  boost::system::error_code fault;
  const ip::address address = ip::make_address(text, fault);
  if (fault) return of("address", "unknown");
  if (address.is_v4()) return of("address", address.to_string());
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) {
    return of("address", ip::make_address_v4(ip::v4_mapped, v6).to_string());
  }
  if (v6.is_loopback()) return of("address", "::1");  // its /64 is no network
  ip::address_v6::bytes_type bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return of("address", ip::address_v6(bytes).to_string() + "/64");
}

}  // namespace ticketing::limits
