#include "common/bus/jetstream/nats_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view tls_scheme = "tls://";

std::vector<std::string> addresses_in(std::string_view url) {
  std::vector<std::string> addresses;
  for (;;) {
    const std::size_t comma = url.find(',');
    addresses.emplace_back(trim(url.substr(0, comma)));
    if (comma == std::string_view::npos) return addresses;
    url.remove_prefix(comma + 1);
  }
}

// host, host:port or [v6]:port
std::string_view host_and_port(std::string_view address) {
  address.remove_prefix(address.find("://") + 3);
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? address : address.substr(at + 1);
}

std::string host_of(std::string_view address) {
  const std::string_view rest = host_and_port(address);
  if (rest.starts_with('[')) return std::string(rest.substr(1, rest.find(']') - 1));
  return std::string(rest.substr(0, rest.rfind(':')));
}

bool is_good(std::string_view address) {
  if (!address.starts_with("nats://") && !address.starts_with(tls_scheme)) return false;
  const std::string_view rest = host_and_port(address);
  const std::size_t colon = rest.rfind(':');
  if (rest.empty() || colon == 0) return false;
  if (colon == std::string_view::npos || rest.back() == ']') return true;
  std::uint16_t port = 0;
  const char* const end = rest.data() + rest.size();
  const auto [last, error] = std::from_chars(rest.data() + colon + 1, end, port);
  return error == std::errc{} && last == end;
}

bool is_encrypted(const std::string& address) { return address.starts_with(tls_scheme); }

}  // namespace

void check_url(const std::string& url) {
  const std::vector<std::string> addresses = addresses_in(url);
  if (!std::ranges::all_of(addresses, is_good)) {
    throw ConfigError("NATS_URL must be of the form nats://host:port, or tls://host:port");
  }
  const auto encrypted = std::ranges::count_if(addresses, is_encrypted);
  if (encrypted != 0 && encrypted != std::ssize(addresses)) {
    throw ConfigError("NATS_URL must say tls:// for all of its servers or for none");
  }
}

natsStatus set_servers(natsOptions* options, const std::string& url, const std::string& ca_file) {
  const std::vector<std::string> addresses = addresses_in(url);
  std::vector<const char*> texts;
  for (const std::string& address : addresses) texts.push_back(address.c_str());
  natsStatus status = natsOptions_SetServers(options, texts.data(), static_cast<int>(texts.size()));
  if (!is_encrypted(addresses.front())) return status;
  if (status == NATS_OK) status = natsOptions_SetSecure(options, true);
  if (status == NATS_OK && !ca_file.empty()) {
    status = natsOptions_LoadCATrustedCertificates(options, ca_file.c_str());
  }
  // Servers of a cluster announce their addresses to clients; no certificate names these.
  if (status == NATS_OK) {
    status = natsOptions_SetExpectedHostname(options, host_of(addresses.front()).c_str());
  }
  return status;
}

std::string inbox_prefix(const std::string& name) { return "_INBOX." + name; }

}  // namespace ticketing::bus
