// What the hostile files of tests are made of.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delivery/reading/test_hostile.hpp"

namespace ticketing::delivery::reading::hostile {

using Files = std::vector<HostileFile>;

extern const std::string without_code, with_code;  // outcomes

std::string repeated(std::string_view text, std::size_t times);
std::string noise(std::size_t bytes);
// `block`, a multiple of 1 MiB of something simple at best, as often as `times` says: zlib's format
// without its last four bytes, the sum, which is checked last.
std::string bomb(const std::string& block, std::size_t times);
std::string zeros(std::size_t mebibytes);

// The operators that draw the code.
std::string drawn_code();
std::string one_page(const std::string& content, const std::string& resources = "",
                     const std::string& box = "0 0 298 420", const std::string& extra = "");
// A page with the code and these entries in the catalog.
std::string page_with(const std::string& catalog, const std::string& extra = "",
                      const std::string& trailer = "");

// The lists by what is wrong: the structure of a PDF, what it draws and contains, and pictures.
Files hostile_structures();
Files hostile_drawings();
Files hostile_pictures();

std::string sound_png();
std::string sound_jpeg();

inline void append(Files& all, Files more) {
  for (HostileFile& file : more) all.push_back(std::move(file));
}

}  // namespace ticketing::delivery::reading::hostile
