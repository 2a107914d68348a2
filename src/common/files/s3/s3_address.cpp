#include "common/files/s3/s3_address.hpp"

#include <algorithm>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"
#include "common/files/store.hpp"

namespace ticketing::files {
namespace {

constexpr std::string_view scheme = "s3://";

[[noreturn]] void refuse_url(const std::string& why) {
  throw ConfigError(
      "FILES_URL must be of the form s3://access-key:secret-key@host/bucket?region=…: " + why);
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text, false);
  if (!decoded || decoded->empty()) refuse_url("a key is empty, or has a malformed escape");
  return *std::move(decoded);
}

bool is_of_this_machine(std::string_view host) {
  for (const std::string_view own : {"127.0.0.1", "[::1]", "localhost"}) {
    if (host == own || host.starts_with(std::string(own) + ":")) return true;
  }
  return false;
}

void read_options(std::string_view options, S3Address& address) {
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const std::string_view name = option.substr(0, option.find('='));
    const std::string_view value = option.substr(std::min(name.size() + 1, option.size()));
    if (name == "region" && !value.empty()) {
      address.credentials.region = value;
    } else if (option == "tls=off" && is_of_this_machine(address.host)) {
      address.is_encrypted = false;
    } else {
      refuse_url("an option is not known, or tls=off is used with another machine");
    }
  }
}

}  // namespace

S3Address parse_s3_url(std::string_view url) {
  if (!url.starts_with(scheme)) refuse_url("it must begin with s3://");
  url.remove_prefix(scheme.size());
  S3Address address;
  const std::size_t question = std::min(url.find('?'), url.size());
  const std::string_view options = url.substr(std::min(question + 1, url.size()));
  url = url.substr(0, question);
  const std::size_t at = url.rfind('@');
  const std::string_view login = url.substr(0, at == std::string_view::npos ? 0 : at);
  const std::size_t colon = login.find(':');
  if (colon == std::string_view::npos) refuse_url("there are no keys");
  address.credentials.access_key = decode(login.substr(0, colon));
  address.credentials.secret_key = decode(login.substr(colon + 1));
  url.remove_prefix(at + 1);
  const std::size_t slash = url.find('/');
  if (slash == std::string_view::npos || slash == 0) refuse_url("there is no host, or no bucket");
  address.host = url.substr(0, slash);
  const std::string_view path = url.substr(slash + 1);
  if (!is_key(path)) refuse_url("the bucket, or the folder in it, is malformed");
  const std::size_t end = std::min(path.find('/'), path.size());
  address.bucket = path.substr(0, end);
  address.prefix = path.substr(std::min(end + 1, path.size()));
  if (!address.prefix.empty()) address.prefix += '/';
  read_options(options, address);
  return address;
}

}  // namespace ticketing::files
