// Why a ticket file is refused, in words for the seller.
#pragma once

#include "common/base/error.hpp"

namespace ticketing::delivery::reading {

Error file_unreadable();
Error file_encrypted();
Error file_too_large_inside();
Error too_many_pages();
Error reading_timed_out();

}  // namespace ticketing::delivery::reading
