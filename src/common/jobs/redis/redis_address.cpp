#include "common/jobs/redis/redis_address.hpp"

#include <charconv>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"

namespace ticketing::jobs {
namespace {

[[noreturn]] void refuse_url(const std::string& why) {
  throw ConfigError("REDIS_URL must be of the form redis://user:password@host:port/database: " +
                    why);
}

template <class Integer>
Integer number(std::string_view text, const char* what) {
  Integer value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse_url(std::string("the ") + what + " is not a number that can be");
  }
  return value;
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text, false);
  if (!decoded) refuse_url("an escape is malformed");
  return *std::move(decoded);
}

void read_login(std::string_view login, RedisAddress& address) {
  const std::size_t colon = login.find(':');
  if (colon == std::string_view::npos) {
    address.password = decode(login);
    return;
  }
  address.user = decode(login.substr(0, colon));
  address.password = decode(login.substr(colon + 1));
}

void read_host(std::string_view host, RedisAddress& address) {
  std::size_t colon = host.rfind(':');
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) refuse_url("a bracket is not closed");
    address.host = host.substr(1, end - 1);
    colon = end + 1 < host.size() ? end + 1 : std::string_view::npos;
    if (colon != std::string_view::npos && host[colon] != ':') refuse_url("the host is malformed");
  } else {
    address.host = host.substr(0, colon);
  }
  if (address.host.empty()) refuse_url("there is no host");
  if (colon != std::string_view::npos) {
    address.port = number<std::uint16_t>(host.substr(colon + 1), "port");
  }
}

}  // namespace

RedisAddress parse_redis_url(std::string_view url) {
  constexpr std::string_view plain_scheme = "redis://", tls_scheme = "rediss://";
  RedisAddress address{.is_encrypted = url.starts_with(tls_scheme)};
  if (!address.is_encrypted && !url.starts_with(plain_scheme)) {
    refuse_url("it must begin with redis:// or rediss://");
  }
  url.remove_prefix(address.is_encrypted ? tls_scheme.size() : plain_scheme.size());
  if (const std::size_t slash = url.find('/'); slash != std::string_view::npos) {
    const std::string_view database = url.substr(slash + 1);
    if (!database.empty()) address.database = number<int>(database, "database");
    if (address.database < 0) refuse_url("the database is not a number that can be");
    url = url.substr(0, slash);
  }
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) {
    read_login(url.substr(0, at), address);
    url.remove_prefix(at + 1);
  }
  read_host(url, address);
  return address;
}

}  // namespace ticketing::jobs
