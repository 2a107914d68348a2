// Text files compiled into a program (cmake/embed.cmake writes the definitions).
#pragma once

#include <string_view>
#include <vector>

namespace ticketing {

struct EmbeddedFile {
  std::string_view name;  // without folder and ending
  std::string_view content;
};

using EmbeddedFiles = std::vector<EmbeddedFile>;

}  // namespace ticketing
