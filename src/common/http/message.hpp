// HTTP requests and responses as the rest of the code sees them; nothing of Beast is visible here.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/async/task.hpp"

namespace ticketing::http {

// Header fields in the order they came; names compare without case (RFC 9110 §5.1).
class Headers {
 public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  void set(std::string_view name, std::string value);
  // The first value, or nothing.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
  std::string method;
  std::string path;                                        // percent-encoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::vector<std::pair<std::string_view, std::string>>
      path_params;  // ":id", decoded; names live in the route
  Headers headers;
  std::string body;
  std::string remote_address;  // of the caller, past trusted proxies
  std::string request_id;
  std::string traceparent;  // valid W3C trace context, or empty

  std::optional<std::string_view> query_param(std::string_view name) const;
  const std::string& path_param(std::string_view name) const;  // asserts that the route has it
  // The value of a cookie (RFC 6265 §4.2), or nothing.
  std::optional<std::string_view> cookie(std::string_view name) const;
};

// Writes the body of a response piece by piece (server-sent events).
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Throws when the caller has gone or does not read for a minute.
  virtual Task<> write(std::string_view piece) = 0;
  // True once the server is shutting down: end the stream soon.
  virtual bool closing() const = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // When set, the body is what this writes, sent chunked until it returns; `body` is ignored.
  std::function<Task<>(StreamWriter&)> stream;
};

Response json_response(int status, std::string body);

}  // namespace ticketing::http
