// A picture drawn from a text, the same for the same text: for samples.
#pragma once

#include <string_view>

#include "common/images/worker/picture.hpp"

namespace ticketing::images {

Picture draw(std::string_view text, std::uint32_t width, std::uint32_t height);

}  // namespace ticketing::images
