#include "common/limits/caller.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace ticketing::limits {
namespace {

// As inet_ntop() writes it, which goes through printf(): this is done for each request.
std::string text_of(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  char* end = text.data();
  const std::uint32_t number = ntohl(address.s_addr);
  for (const int shift : {24, 16, 8, 0}) {
    if (shift < 24) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), number >> shift & 0xff).ptr;
  }
  return {text.data(), end};
}

std::string text_of(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, &address, text.data(), text.size());
}

}  // namespace

Caller Caller::of(std::string_view kind, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + 1 + name.size());
  key.append(kind).append(" ").append(name);
  return Caller(std::move(key));
}

Caller Caller::user(std::string_view id) { return of("user", id); }

Caller Caller::address(std::string_view text) {
  text = text.substr(0, text.find('%'));  // the zone of a link-local address
  // What is longer than an address can be is none.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() < terminated.size()) std::ranges::copy(text, terminated.begin());
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.data(), &v4) == 1) return of("address", text_of(v4));
  in6_addr v6{};
  if (::inet_pton(AF_INET6, terminated.data(), &v6) != 1) return of("address", "unknown");
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::copy_n(&v6.s6_addr[12], sizeof v4, reinterpret_cast<std::uint8_t*>(&v4));
    return of("address", text_of(v4));
  }
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return of("address", "::1");  // its /64 is no network
  std::fill(&v6.s6_addr[8], &v6.s6_addr[16], std::uint8_t{0});
  return of("address", text_of(v6) + "/64");
}

}  // namespace ticketing::limits
