// I17: the HTTP request parser, with whole and divided input, and what is read from a request.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "common/base/assert.hpp"
#include "common/http/request_parser.hpp"
#include "common/http/request_rules.hpp"

namespace {

using namespace ticketing;

const http::ParserLimits limits{
    .request_line_bytes_max = 512, .header_bytes_max = 1024, .body_bytes_max = 1024};

struct Outcome {
  bool complete = false;
  std::string target, body;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Reads the bytes in steps of `step`, as they might come from a network.
Outcome read(std::string_view bytes, std::size_t step, http::Request& request) {
  http::RequestParser parser(limits, request);
  std::size_t head = 0;
  for (std::size_t end = 0; head == 0 && end < bytes.size();) {
    end = std::min(bytes.size(), end + step);
    const auto read = parser.read_head(bytes.substr(0, end));
    if (!read) return {};
    head = *read;
  }
  if (head == 0) return {};
  TICKETING_ASSERT(head <= bytes.size());
  std::string_view rest = bytes.substr(head);
  while (!parser.complete()) {
    const auto taken = parser.read_body(rest);
    if (!taken || *taken == 0) return {};
    TICKETING_ASSERT(*taken <= rest.size());
    rest.remove_prefix(*taken);
  }
  TICKETING_ASSERT(request.body.size() <= limits.body_bytes_max);
  return {.complete = true, .target = parser.target(), .body = request.body};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  http::Request whole, pieces;
  const Outcome at_once = read(bytes, bytes.size() + 1, whole);
  TICKETING_ASSERT(read(bytes, 7, pieces) == at_once);
  if (!at_once.complete || http::read_target(at_once.target, whole)) return 0;
  static_cast<void>(whole.cookie("session"));
  static_cast<void>(whole.query_param("limit"));
  static_cast<void>(http::check_same_site(whole, http::public_host(whole.headers, 1), false));
  static_cast<void>(http::check_media_type(whole));
  static_cast<void>(http::caller_address(whole.headers, "127.0.0.1", 1));
  if (const auto trace = whole.headers.find("traceparent")) {
    const auto read = trace::parse_traceparent(*trace);
    TICKETING_ASSERT(!read || trace::parse_traceparent(trace::to_traceparent(*read)) == read);
  }
  return 0;
}
