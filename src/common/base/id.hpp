// Identifiers: UUID version 7 (RFC 9562 §5.7) in its 36-character text form. They grow with time,
// which keeps B-tree inserts at the right edge.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/random.hpp"

namespace ticketing {

// Makes ids that are strictly increasing within one generator, also when many fall into one
// millisecond or the clock steps back. Not thread-safe: one per I/O thread.
class IdGenerator {
 public:
  IdGenerator(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  std::string next();

 private:
  const Clock& clock_;
  Random& random_;
  std::uint64_t last_ms_ = 0;
  std::uint16_t sequence_ = 0;  // 12 bits: rand_a as a counter, RFC 9562 §6.2 method 1
};

// Whether `text` is a UUID in lower-case canonical form, of any version.
bool is_uuid(std::string_view text);
// When an id was made; nothing unless it is a UUIDv7.
std::optional<Timestamp> time_of_id(std::string_view id);

}  // namespace ticketing
