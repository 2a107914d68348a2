#include "common/http/request_ids.hpp"

#include <bit>
#include <string_view>

namespace ticketing::http {

RequestIds::RequestIds(Random& seed) {
  for (std::uint64_t& word : state_) word = seed.next_u64();
  state_[0] |= 1;  // the one state that never leaves itself is all zeros
}

std::uint64_t RequestIds::next() {
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

void RequestIds::append_hex(std::string& out) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::uint64_t value = next() | 1;  // never the zero that trace ids must not be
  for (int i = 0; i < 16; ++i) {
    out.push_back(digits[value & 15]);
    value >>= 4;
  }
}

std::string RequestIds::request_id() {
  std::string id;
  id.reserve(32);
  append_hex(id);
  append_hex(id);
  return id;
}

std::string RequestIds::traceparent() {
  std::string text;
  text.reserve(55);
  text += "00-";
  append_hex(text);
  append_hex(text);
  text += '-';
  append_hex(text);
  text += "-01";
  return text;
}

}  // namespace ticketing::http
