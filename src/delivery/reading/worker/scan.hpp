// What is read in one picture. zxing-cpp stays inside.
#pragma once

#include <string>
#include <vector>

#include "delivery/reading/worker/grey.hpp"

namespace ticketing::delivery::reading {

struct Scanned {
  std::string format;  // as to_string(CodeFormat) writes it
  std::string bytes, text;
  int x = 0, y = 0;  // its middle
  bool operator==(const Scanned& other) const {
    return format == other.format && bytes == other.bytes;
  }
};

// All codes of the five formats that are found at once.
std::vector<Scanned> scan(const Grey& picture);

}  // namespace ticketing::delivery::reading
