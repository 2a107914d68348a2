// From bytes to a Request: the syntax of HTTP/1.0 and 1.1 (RFC 9112) and its limits; no I/O. Boost
// Beast parses the grammar; what it would accept although it helps to smuggle requests (folded
// lines, control bytes, transfer codings other than chunked) is refused here before it sees it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

struct ParserLimits {
  std::size_t request_line_bytes_max;
  std::size_t header_bytes_max;
  std::size_t body_bytes_max;  // unless the next one gives another
  // Another limit of the body, for some requests; nothing: `body_bytes_max`.
  std::function<std::optional<std::size_t>(std::string_view method, std::string_view target)>
      body_bytes_max_of = {};
};

// Reads one request after another into the same Request. Refusals are final: close the connection.
class RequestParser {
 public:
  RequestParser(const ParserLimits& limits, Request& request);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  // Clears the last request.
  void reset();
  // `bytes` holds everything since reset(). Returns how many of them the head was, 0 while it is
  // not complete. Fills method, headers and target().
  Result<std::size_t> read_head(std::string_view bytes);
  // After the head: takes what it can from `bytes` into Request::body and returns how much.
  Result<std::size_t> read_body(std::string_view bytes);
  bool complete() const;  // head and body

  const std::string& target() const { return target_; }
  bool is_http_1_1() const;
  bool keep_alive() const;
  bool expects_continue() const;

 private:
  class Grammar;

  Result<std::size_t> scan(std::string_view bytes);
  std::optional<Error> parse_head(std::string_view head);
  Error too_large() const;

  const ParserLimits limits_;
  Request& request_;
  std::string target_;
  std::size_t body_bytes_max_;  // of this request
  std::unique_ptr<Grammar> grammar_;
  std::size_t scanned_ = 0;       // of the head, up to here nothing is wrong
  std::size_t line_start_ = 0;    // of the line that is being scanned
  std::size_t head_start_ = 0;    // past empty lines before the request line
  std::size_t fields_start_ = 0;  // 0 while in the request line
  std::size_t body_bytes_ = 0;    // as sent, chunk framing included
};

}  // namespace ticketing::http
