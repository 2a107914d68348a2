// Rules that apply to every request before its handler runs, as pure functions: how the target is
// read, which requests are cross-site, which bodies are accepted, who is calling. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

// Methods that change nothing (RFC 9110 §9.2.1).
bool is_safe(std::string_view method);
// The method itself when it is a registered one, else "other".
std::string_view known_method(std::string_view method);

// A request that breaks the rules of HTTP; `detail` says which.
Error malformed(std::string detail);

// Fills path and query from the request target (origin or absolute form). The authority of an
// absolute form replaces Host (RFC 9112 §3.2.2).
std::optional<Error> read_target(std::string_view target, Request& request);

// `public_host` is what the caller typed: Host, or what a trusted proxy says it was.
std::optional<Error> check_same_site(const Request& request, std::string_view public_host,
                                     bool https_in_front);
// Only one of these types; a body without Content-Type is refused too.
std::optional<Error> check_media_type(const Request& request,
                                      const std::vector<std::string>& allowed = {
                                          "application/json"});

// Loopback, RFC 1918, fc00::/7, fe80::/10: where a proxy of our own would be.
bool is_private_address(std::string_view address);
// An entry of X-Forwarded-For: an IP address, with or without a port ("192.0.2.1:443",
// "[2001:db8::1]:443"). An IPv4 address inside an IPv6 one comes out as the IPv4 one.
std::optional<std::string> read_forwarded_address(std::string_view text);
// The `hops`-th entry from the right of X-Forwarded-For when it is an IP address, else `peer`.
std::string caller_address(const Headers& headers, std::string_view peer, int hops);
// Host, or the `hops`-th entry from the right of X-Forwarded-Host; hops 0: Host.
std::string_view public_host(const Headers& headers, int hops);

}  // namespace ticketing::http
