// Which request a piece of work belongs to: the trace context of W3C and the request id. Each
// coroutine carries one; the log and the events of a request take it from here, so no function has
// a parameter for it (docs/decisions/0016-trace-context-follows-the-coroutine.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace ticketing::trace {

inline constexpr std::size_t request_id_bytes_max = 64;

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

// A plain value: it is copied at each suspension, and nothing has to outlive anything else.
class Context {
 public:
  TraceId trace_id{};  // all zeros: none
  SpanId span_id{};
  bool sampled = false;  // spans of this trace are recorded

  bool has_trace() const { return trace_id != TraceId{}; }
  bool empty() const { return !has_trace() && request_id_length_ == 0; }
  std::string_view request_id() const { return {request_id_.data(), request_id_length_}; }
  // Anything but an is_request_id() counts as none.
  void set_request_id(std::string_view id);

  bool operator==(const Context&) const = default;

 private:
  std::uint8_t request_id_length_ = 0;
  std::array<char, request_id_bytes_max> request_id_{};
};
static_assert(std::is_trivially_copyable_v<Context>);

// The context of the coroutine that runs on this thread; empty outside of any.
Context current();
// The same for a coroutine that has just suspended: the thread has none from then on.
Context take_current();

// Makes `context` the current one until the end of the block. In a coroutine it holds across
// co_await: see use_task and suspend() in common/async/task.hpp.
class Scope {
 public:
  explicit Scope(const Context& context);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Context outer_;
};

// 8–64 of [A-Za-z0-9_-]: safe to log and to send back.
bool is_request_id(std::string_view text);
std::string new_request_id();  // 32 hex digits

// W3C Trace Context, level 1. A newer version is read by the rules of version 00; nothing when the
// value is invalid.
std::optional<Context> parse_traceparent(std::string_view text);
// What came with a message: a header that is invalid counts as absent.
Context read_context(std::string_view traceparent, std::string_view request_id);
std::string to_traceparent(const Context& context);  // empty when there is no trace
std::string to_hex(std::span<const std::uint8_t> bytes);

// New ids: unique and fast to make, not secret. Never zero.
TraceId new_trace_id();
SpanId new_span_id();

}  // namespace ticketing::trace
