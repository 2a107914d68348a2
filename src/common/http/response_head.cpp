#include "common/http/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/base/text.hpp"

namespace ticketing::http {
namespace {

constexpr std::string_view default_policy =
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";
constexpr std::string_view default_caching = "Cache-Control: no-store\r\n";

// Fields that the server alone decides; a handler's are dropped.
bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 5> ours{"connection", "content-length",
                                                 "transfer-encoding", "date", "x-request-id"};
  return std::ranges::any_of(ours, [&](auto our) { return equals_ignoring_case(name, our); });
}

bool is_name(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           marks.contains(c);
  });
}

bool is_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

void append_number(std::string& out, std::size_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

void append_framing(std::string& out, const Response& response, const HeadFacts& facts) {
  if (facts.framing == Framing::chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (facts.framing == Framing::length && response.status != 204 && response.status != 304) {
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
  }
  if (facts.close) {
    out += "Connection: close\r\n";
  } else if (facts.keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
}

}  // namespace

ResponseHead::ResponseHead(bool https_in_front)
    : constants_("X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n") {
  if (https_in_front) constants_ += "Strict-Transport-Security: max-age=31536000\r\n";
}

void ResponseHead::set_time(Timestamp now) {
  const std::int64_t second = to_millis(now) / 1000;
  if (second == date_second_) return;
  date_second_ = second;
  date_ = fmt::format("Date: {}\r\n", http_date(now));
}

bool ResponseHead::append(std::string& out, const Response& response,
                          const HeadFacts& facts) const {
  const std::size_t start = out.size();
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  bool caching = false, policy = false;
  for (const auto& [name, value] : response.headers) {
    if (!is_name(name) || !is_value(value)) {
      out.resize(start);
      return false;
    }
    if (is_ours(name)) continue;
    caching = caching || equals_ignoring_case(name, "cache-control");
    policy = policy || equals_ignoring_case(name, "content-security-policy");
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (!caching) out += default_caching;
  if (!policy) out += default_policy;
  out += constants_;
  out += date_;
  out += "X-Request-Id: ";
  out += facts.request_id;
  out += "\r\n";
  append_framing(out, response, facts);
  out += "\r\n";
  return true;
}

std::string http_date(Timestamp time) {
  constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     weekdays[std::chrono::weekday{day}.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace ticketing::http
