#include "delivery/reading/test_hostile.hpp"

#include <fmt/format.h>

#include "delivery/reading/test_hostile_parts.hpp"

namespace ticketing::delivery::reading::hostile {
namespace {

// Each at twelve places.
Files cut_off() {
  Files all;
  for (const HostileFile& sound : sound_files()) {
    for (std::size_t part = 1; part <= 12; ++part) {
      const std::size_t length = sound.bytes.size() * part / 13;
      all.push_back({"cut off", fmt::format("{} after {} of 13 parts", sound.name, part),
                     sound.type, "file_unreadable", sound.bytes.substr(0, length)});
    }
  }
  return all;
}

}  // namespace

std::vector<HostileFile> sound_files() {
  return {{"sound", "a PDF", FileType::pdf, with_code, page_with("")},
          {"sound", "a PNG", FileType::png, with_code, sound_png()},
          {"sound", "a JPEG", FileType::jpeg, with_code, sound_jpeg()}};
}

std::vector<HostileFile> hostile_files() {
  Files all = hostile_structures();
  for (const auto& more : {hostile_drawings, hostile_pictures, cut_off}) append(all, more());
  return all;
}

}  // namespace ticketing::delivery::reading::hostile
