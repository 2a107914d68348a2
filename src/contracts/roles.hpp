// The roles that access tokens carry.
#pragma once

#include <string_view>

namespace ticketing::contracts {

inline constexpr std::string_view member_role = "member";  // every user
inline constexpr std::string_view operator_role = "operator";

}  // namespace ticketing::contracts
