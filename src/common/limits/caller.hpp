// For whom a limit is counted: an address or a user. An IPv6 address counts as its /64, which is
// what one customer is given; an IPv4 address inside an IPv6 one counts as the IPv4 address.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ticketing::limits {

class Caller {
 public:
  // `text` is an IP address; all texts that are none count as one caller.
  static Caller address(std::string_view text);
  // The same, as short as it can be and in the order of the numbers, for the keys of an index:
  // "c0000201", "20010db800000001"; "1" is ::1, and "" stands for all texts that are no address.
  static std::string short_address(std::string_view text);
  static Caller user(std::string_view id);
  // Something else that is counted by itself, for example ("account", "a@example.com").
  static Caller of(std::string_view kind, std::string_view name);
  // The two together, for example an account as it is tried from one address.
  Caller with(const Caller& other) const { return Caller(key_ + " " + other.key_); }

  // "address 192.0.2.1", "address 2001:db8:0:1::/64", "user 0190…": unique, fit for a log.
  const std::string& key() const { return key_; }
  bool is_user(std::string_view id) const;
  friend auto operator<=>(const Caller&, const Caller&) = default;

 private:
  explicit Caller(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

// The parties that one request is counted for.
struct Parties {
  std::optional<Caller> address = std::nullopt;  // none: what our own proxies do
  std::optional<Caller> user = std::nullopt;     // where the request has a session
};

}  // namespace ticketing::limits
