#include "common/limits/caller.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <span>
#include <variant>

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

// What counts as one caller: the host part of an IPv6 address is zero, unless it is ::1.
using Network = std::variant<std::monostate, in_addr, in6_addr>;
constexpr std::size_t network_bytes = 8;

Network network_of(std::string_view text) {
  text = text.substr(0, text.find('%'));  // the zone of a link-local address
  // What is longer than an address can be is none.
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() < terminated.size()) std::ranges::copy(text, terminated.begin());
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.data(), &v4) == 1) return v4;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, terminated.data(), &v6) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::copy_n(&v6.s6_addr[12], sizeof v4, reinterpret_cast<std::uint8_t*>(&v4));
    return v4;
  }
  if (!IN6_IS_ADDR_LOOPBACK(&v6))
    std::fill(&v6.s6_addr[network_bytes], std::end(v6.s6_addr), std::uint8_t{0});
  return v6;
}

std::string hex_of(const void* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * count);
  for (const std::uint8_t byte : std::span(static_cast<const std::uint8_t*>(bytes), count)) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

}  // namespace

Caller Caller::of(std::string_view kind, std::string_view name) {
  std::string key;
  key.reserve(kind.size() + 1 + name.size());
  key.append(kind).append(" ").append(name);
  return Caller(std::move(key));
}

Caller Caller::user(std::string_view id) { return of("user", id); }

bool Caller::is_user(std::string_view id) const {
  constexpr std::string_view kind = "user ";
  return key_.size() == kind.size() + id.size() && key_.starts_with(kind) && key_.ends_with(id);
}

Caller Caller::address(std::string_view text) {
  const Network network = network_of(text);
  if (const auto* v4 = std::get_if<in_addr>(&network)) return of("address", text_of(*v4));
  if (const auto* v6 = std::get_if<in6_addr>(&network)) {
    // The /64 of the loopback address is no network.
    return of("address", IN6_IS_ADDR_LOOPBACK(v6) ? "::1" : text_of(*v6) + "/64");
  }
  return of("address", "unknown");
}

std::string Caller::short_address(std::string_view text) {
  const Network network = network_of(text);
  if (const auto* v4 = std::get_if<in_addr>(&network)) return hex_of(&v4->s_addr, sizeof *v4);
  if (const auto* v6 = std::get_if<in6_addr>(&network)) {
    return IN6_IS_ADDR_LOOPBACK(v6) ? "1" : hex_of(&v6->s6_addr, network_bytes);
  }
  return {};
}

}  // namespace ticketing::limits
