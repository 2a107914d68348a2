// The OpenAPI document of the whole system, compiled in.
#pragma once

#include "common/base/embedded_files.hpp"

namespace ticketing::contracts {

EmbeddedFiles embedded_files();

// The text of openapi.json.
inline std::string_view api_description() {
  static const std::string_view text = embedded_files().front().content;
  return text;
}

}  // namespace ticketing::contracts
