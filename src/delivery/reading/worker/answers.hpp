// How the program answers: a refusal ends it at once, also from within a library.
#pragma once

#include <string_view>

namespace ticketing::delivery::reading::answers {

// With no input, in a jail that works.
inline constexpr std::string_view ready = "ready\n";
inline constexpr std::string_view unreadable = "unreadable\n";
inline constexpr std::string_view encrypted = "encrypted\n";
inline constexpr std::string_view too_large = "too_large\n";
inline constexpr std::string_view too_many_pages = "too_many_pages\n";
inline constexpr std::string_view timed_out = "timed_out\n";

}  // namespace ticketing::delivery::reading::answers
