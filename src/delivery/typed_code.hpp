// A code that a seller gives in words, and what one of its format can hold. No I/O.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "delivery/reading/formats.hpp"

namespace ticketing::delivery {

struct TypedCode {
  reading::CodeFormat format = reading::CodeFormat::qr;
  std::string text;
};

struct CodeCapacity {
  bool takes = true;           // all of its characters
  std::size_t characters = 0;  // at most: bytes, unless the format packs all of them more densely
};
CodeCapacity capacity_of(reading::CodeFormat format, std::string_view text);

}  // namespace ticketing::delivery
