#include "common/base/trace_context.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "common/base/random.hpp"
#include "common/base/text.hpp"

namespace ticketing::trace {
namespace {

constinit thread_local Context current_context;

// xoshiro256** (Blackman and Vigna), seeded by the kernel: a system call an id would cost more than
// the rest of a request's head. Each thread has its own.
class IdSource {
 public:
  IdSource() {
    SystemRandom seed;
    for (std::uint64_t& word : state_) word = seed.next_u64();
    state_[0] |= 1;  // the one state that never leaves itself is all zeros
  }

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

template <std::size_t size>
std::array<std::uint8_t, size> new_id() {
  thread_local IdSource source;
  std::array<std::uint8_t, size> bytes{};
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    const std::uint64_t word = source.next() | 1;  // the zero is no id
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
  return bytes;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return digit_of(c) >= 0; });
}

std::uint8_t byte_at(std::string_view hex, std::size_t index) {
  return static_cast<std::uint8_t>(digit_of(hex[2 * index]) << 4 | digit_of(hex[2 * index + 1]));
}

template <std::size_t size>
std::array<std::uint8_t, size> bytes_of(std::string_view hex) {
  std::array<std::uint8_t, size> bytes{};
  for (std::size_t i = 0; i < size; ++i) bytes[i] = byte_at(hex, i);
  return bytes;
}

}  // namespace

void Context::set_request_id(std::string_view id) {
  if (!is_request_id(id)) id = {};
  request_id_length_ = static_cast<std::uint8_t>(id.size());
  std::ranges::fill(std::ranges::copy(id, request_id_.begin()).out, request_id_.end(), '\0');
}

// Not inline: a coroutine must read the thread's variable again after each suspension.
Context current() { return current_context; }
Context take_current() { return std::exchange(current_context, Context{}); }

Scope::Scope(const Context& context) : outer_(current_context) { current_context = context; }
Scope::~Scope() { current_context = outer_; }

bool is_request_id(std::string_view text) {
  return text.size() >= 8 && text.size() <= request_id_bytes_max &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

std::string new_request_id() { return to_hex(new_id<16>()); }
TraceId new_trace_id() { return new_id<16>(); }
SpanId new_span_id() { return new_id<8>(); }

std::optional<Context> parse_traceparent(std::string_view text) {
  constexpr std::size_t length = 55;
  if (text.size() < length) return std::nullopt;
  const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32),
                         parent = text.substr(36, 16), flags = text.substr(53, 2);
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  if (!is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(parent) ||
      !is_lower_hex(flags) || version == "ff") {
    return std::nullopt;
  }
  if (text.size() > length && (version == "00" || text[length] != '-')) return std::nullopt;
  Context context;
  context.trace_id = bytes_of<16>(trace);
  context.span_id = bytes_of<8>(parent);
  context.sampled = (byte_at(flags, 0) & 1) != 0;
  if (!context.has_trace() || context.span_id == SpanId{}) return std::nullopt;
  return context;
}

Context read_context(std::string_view traceparent, std::string_view request_id) {
  Context context = parse_traceparent(traceparent).value_or(Context{});
  context.set_request_id(request_id);
  return context;
}

std::string to_traceparent(const Context& context) {
  if (!context.has_trace()) return {};
  return "00-" + to_hex(context.trace_id) + "-" + to_hex(context.span_id) +
         (context.sampled ? "-01" : "-00");
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  return ticketing::to_hex(std::as_bytes(bytes));
}

}  // namespace ticketing::trace
