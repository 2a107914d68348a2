// What the operations on accounts and sessions share.
#pragma once

#include "common/base/error.hpp"
#include "contracts/codes.hpp"

namespace ticketing::auth {

inline std::unexpected<Error> session_over() {
  return refuse(ErrorKind::unauthenticated, slugs::session_over,
                "The session is over. Sign in again.");
}

// Null when it succeeded.
template <class T>
const Error* error_of(const Result<T>& result) {
  return result ? nullptr : &result.error();
}

}  // namespace ticketing::auth
