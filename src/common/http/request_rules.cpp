#include "common/http/request_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <vector>

#include "common/base/text.hpp"

namespace ticketing::http {
namespace {

std::optional<std::string> decode_query_text(std::string_view text) {
  auto decoded = percent_decode(text, true);
  if (decoded && (decoded->contains('\0') || !is_utf8(*decoded))) decoded.reset();
  return decoded;
}

bool read_query(std::string_view text, Request& request) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_query_text(pair.substr(0, equals));
    auto value = decode_query_text(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return false;
    request.query.emplace_back(*std::move(name), *std::move(value));
  }
  return true;
}

// The n-th entry from the right of a list field, which may be spread over several lines.
std::optional<std::string_view> from_the_right(const Headers& headers, std::string_view name,
                                               int n) {
  if (n <= 0) return std::nullopt;
  std::vector<std::string_view> entries;
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, name)) continue;
    std::string_view rest = value;
    for (;;) {
      const std::size_t comma = rest.find(',');
      entries.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  const auto count = static_cast<std::size_t>(n);
  if (entries.size() < count) return std::nullopt;
  return entries[entries.size() - count];
}

std::string_view without_default_port(std::string_view host, bool https) {
  const std::string_view port = https ? ":443" : ":80";
  if (host.ends_with(port)) host.remove_suffix(port.size());
  return host;
}

// Nothing, or a colon and a number.
bool is_port(std::string_view text) {
  if (text.empty()) return true;
  return text.front() == ':' && text.size() >= 2 && text.size() <= 6 &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Error malformed(std::string detail) {
  return {.kind = ErrorKind::invalid,
          .slug = slugs::malformed_request,
          .detail = std::move(detail),
          .fields = {}};
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE";
}

std::string_view known_method(std::string_view method) {
  constexpr std::array<std::string_view, 8> known{"GET",   "HEAD",   "POST",    "PUT",
                                                  "PATCH", "DELETE", "OPTIONS", "TRACE"};
  const auto found = std::ranges::find(known, method);
  return found == known.end() ? "other" : *found;
}

std::optional<Error> read_target(std::string_view target, Request& request) {
  bool absolute = false;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() ||
        !equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      continue;
    }
    target.remove_prefix(scheme.size());
    const std::string_view authority = target.substr(0, target.find_first_of("/?"));
    if (authority.empty()) return malformed("The request target has no host.");
    request.headers.set("Host", std::string(authority));
    target.remove_prefix(authority.size());
    absolute = true;
    break;
  }
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (absolute && request.path.empty()) request.path = "/";
  if (!request.path.starts_with('/')) return malformed("The request target must be a path.");
  if (question == std::string_view::npos) return std::nullopt;
  if (!read_query(target.substr(question + 1), request)) {
    return malformed("The query has a malformed escape or is not UTF-8.");
  }
  return std::nullopt;
}

std::optional<Error> check_same_site(const Request& request, std::string_view public_host,
                                     bool https_in_front) {
  if (is_safe(request.method)) return std::nullopt;
  bool same = true;
  if (const auto site = request.headers.find("sec-fetch-site")) {
    same = *site == "same-origin" || *site == "none";
  } else if (const auto origin = request.headers.find("origin")) {
    const bool https = origin->starts_with("https://");
    const bool http = origin->starts_with("http://");
    const std::size_t scheme = https ? 8 : 7;
    // Over HTTPS a page that came unencrypted is another origin: an attacker may have changed it.
    same = (https || (http && !https_in_front)) && !public_host.empty() &&
           equals_ignoring_case(without_default_port(origin->substr(scheme), https),
                                without_default_port(public_host, https));
  }
  if (same) return std::nullopt;
  return Error{.kind = ErrorKind::forbidden,
               .slug = slugs::cross_site_request,
               .detail = "Requests from other sites are refused.",
               .fields = {}};
}

std::optional<Error> check_media_type(const Request& request,
                                      const std::vector<std::string>& allowed) {
  const auto type = request.headers.find("content-type").value_or("");
  const auto coding = request.headers.find("content-encoding").value_or("identity");
  const std::string_view name = trim(type.substr(0, type.find(';')));
  const auto is_it = [&](const std::string& other) { return equals_ignoring_case(name, other); };
  if (std::ranges::any_of(allowed, is_it) && request.headers.count("content-type") == 1 &&
      equals_ignoring_case(coding, "identity")) {
    return std::nullopt;
  }
  return Error{.kind = ErrorKind::unsupported_media,
               .slug = slugs::unsupported_media_type,
               .detail = fmt::format("Send {}.", fmt::join(allowed, " or ")),
               .fields = {}};
}

bool is_private_address(std::string_view text) {
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(std::string(text), ec);
  if (ec) return false;
  if (address.is_v6()) {
    const auto v6 = address.to_v6();
    const std::uint8_t first = v6.to_bytes()[0];
    return v6.is_loopback() || v6.is_link_local() || (first & 0xfe) == 0xfc;
  }
  const std::uint32_t v4 = address.to_v4().to_uint();
  return v4 >> 24 == 127 || v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8;
}

std::optional<std::string> read_forwarded_address(std::string_view text) {
  if (text.starts_with('[')) {  // [2001:db8::1]:443
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_port(text.substr(end + 1))) return std::nullopt;
    text = text.substr(1, end - 1);
    if (!text.contains(':')) return std::nullopt;
  } else if (std::ranges::count(text, ':') == 1) {  // 192.0.2.1:443
    const std::size_t colon = text.find(':');
    if (!is_port(text.substr(colon))) return std::nullopt;
    text = text.substr(0, colon);
  }
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(std::string(text), ec);
  if (ec) return std::nullopt;
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
        .to_string();
  }
  return address.to_string();
}

std::string caller_address(const Headers& headers, std::string_view peer, int hops) {
  const auto entry = from_the_right(headers, "x-forwarded-for", hops);
  const auto address = entry ? read_forwarded_address(*entry) : std::nullopt;
  return address ? *address : std::string(peer);
}

std::string_view public_host(const Headers& headers, int hops) {
  if (const auto forwarded = from_the_right(headers, "x-forwarded-host", hops)) return *forwarded;
  return headers.find("host").value_or("");
}

}  // namespace ticketing::http
