// HTTP requests and responses as the rest of the code sees them; nothing of Beast is visible here.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/async/task.hpp"
#include "common/base/clock.hpp"

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
  std::size_t size() const { return fields_.size(); }
  void clear() { fields_.clear(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// The caller, from a valid session.
struct Caller {
  std::string user_id;
  std::string email;
  std::string session_id;
  Timestamp session_ends_at;  // when the access token does
  bool email_verified = false;
  std::vector<std::string> roles = {};

  bool has_role(std::string_view role) const {
    return std::ranges::find(roles, role) != roles.end();
  }
};

struct Request {
  std::string method;
  std::string path;                                        // percent-encoded, without the query
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::vector<std::pair<std::string_view, std::string>>
      path_params;  // ":id", decoded; names live in the route
  Headers headers;
  std::string body;
  std::string remote_address;    // of the caller, past trusted proxies
  std::optional<Caller> caller;  // on routes that need a session: always there

  std::optional<std::string_view> query_param(std::string_view name) const;
  const std::string& path_param(std::string_view name) const;  // asserts that the route has it
  // The value of a cookie (RFC 6265 §4.2), or nothing.
  std::optional<std::string_view> cookie(std::string_view name) const;
};

// Writes the body of a response piece by piece (server-sent events).
//
// A stream that waits for something is woken by cancellation when the caller goes and when the
// server drains: the wait it is in ends at once (Signal::wait_for returns, Timers::sleep_for throws
// operation_aborted) and so does any later one. A loop `while (!writer.closing())` around a wait
// ends by itself; an operation_aborted that leaves the stream function is a clean end too. A wait
// that cannot be cancelled delays the end until it is over.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Resumes when the piece is with the kernel, which bounds what a slow reader can pile up. Throws
  // system_error when the caller has gone or has not read for ServerSettings::write_timeout.
  virtual Task<> write(std::string_view piece) = 0;
  // True once the server is draining, the caller has gone or the stream's time is over: end it
  // soon.
  virtual bool closing() const = 0;
};

// Who may follow a stream, and therefore until when. There is no default: the code that writes a
// stream has to decide.
class Audience {
 public:
  // The stream is public.
  static Audience all() { return Audience(std::nullopt); }
  // The stream ends when the caller's access token does.
  static Audience session_of(const Caller& caller) { return Audience(caller.session_ends_at); }

  const std::optional<Timestamp>& ends_at() const { return ends_at_; }

 private:
  explicit Audience(std::optional<Timestamp> ends_at) : ends_at_(ends_at) {}
  std::optional<Timestamp> ends_at_;
};

class ResponseStream {
 public:
  using Write = std::function<Task<>(StreamWriter&)>;
  ResponseStream(Audience audience, Write write) : audience_(audience), write_(std::move(write)) {}

  const Audience& audience() const { return audience_; }
  Task<> write(StreamWriter& writer) const { return write_(writer); }

 private:
  Audience audience_;
  Write write_;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  // When set, the body is what this writes, sent chunked until it returns; `body` is ignored. The
  // request stays valid as long, time-outs of handlers do not apply, and the connection is closed
  // afterwards. HEAD does not call it. It is ended when its audience's session or the server's
  // limit on the life of streams says so, and answered 429 or 503 when there are too many.
  std::optional<ResponseStream> stream;
};

Response json_response(int status, std::string body);
// "Not Found" for 404 (RFC 9110 §15); empty for codes this project does not use.
std::string_view reason_phrase(int status);

}  // namespace ticketing::http
