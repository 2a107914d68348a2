#include "delivery/reading/refusals.hpp"

#include <fmt/format.h>

#include "contracts/codes.hpp"
#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading {

Error file_unreadable() {
  return {.slug = slugs::file_unreadable,
          .detail =
              "This file is not the PDF, PNG or JPEG that it is sent as, or it is damaged. "
              "Save it again, and send that."};
}

Error file_encrypted() {
  return {.slug = slugs::file_encrypted,
          .detail = "This PDF is protected by a password. Print it to a new PDF, and send that."};
}

Error file_too_large_inside() {
  return {.slug = slugs::file_too_large_inside,
          .detail = fmt::format("A page or picture of this file is too large to be read: pictures "
                                "have at most {} million pixels. Send a smaller one.",
                                megapixels_max)};
}

Error too_many_pages() {
  return {.slug = slugs::too_many_pages(pages_max),
          .detail = fmt::format("This PDF has more than {} pages. Send the pages of the tickets "
                                "alone.",
                                pages_max)};
}

Error reading_timed_out() {
  return {.slug = slugs::reading_timed_out,
          .detail =
              "Reading this file takes too long. Send a simpler one, for example a picture "
              "of the code."};
}

}  // namespace ticketing::delivery::reading
