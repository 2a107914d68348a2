// Writes the head of responses: status line, the fields that every answer carries, what the handler
// set. The constant part is formatted once, the date once a second.
#pragma once

#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

enum class Framing {
  length,    // Content-Length: of the body
  chunked,   // Transfer-Encoding: chunked
  to_close,  // the body ends where the connection does (HTTP/1.0)
};

struct HeadFacts {
  Framing framing = Framing::length;
  bool close = false;       // Connection: close
  bool keep_alive = false;  // Connection: keep-alive, which HTTP/1.0 requires
  std::string_view request_id;
};

class ResponseHead {
 public:
  explicit ResponseHead(bool https_in_front);

  // Call at least once a second.
  void set_time(Timestamp now);
  // Appends the head. False, with `out` as it was, when a field of the handler's has bytes that
  // would break out of it (CR, LF, NUL) or a name that is none.
  bool append(std::string& out, const Response& response, const HeadFacts& facts) const;

 private:
  std::string constants_;
  std::string date_;
  std::int64_t date_second_ = -1;
};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
std::string http_date(Timestamp time);

}  // namespace ticketing::http
