#include "delivery/reading/test_hostile.hpp"

#include <fmt/format.h>

#include <map>

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

bool is_slow(const HostileFile& file) { return file.outcome.contains("reading_timed_out"); }

std::vector<HostileFile> some_hostile_files() {
  Files files = hostile_files();
  std::map<std::string_view, int> of_kind;
  int slow = 0;
  std::erase_if(files, [&](const HostileFile& file) {
    return is_slow(file) ? ++slow > 2 : ++of_kind[file.kind] > 3;
  });
  return files;
}

}  // namespace ticketing::delivery::reading::hostile
