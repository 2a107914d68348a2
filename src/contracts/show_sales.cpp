#include "contracts/show_sales.hpp"

#include <fmt/format.h>

#include "contracts/codes.hpp"

namespace ticketing::contracts {

Result<void> check_sale(ShowPlan plan, Timestamp starts_at, Timestamp now) {
  if (has_begun(plan, starts_at, now))
    return refuse(ErrorKind::invalid, slugs::show_over, "The show has begun or is over.");
  if (plan == ShowPlan::cancelled)
    return refuse(ErrorKind::invalid, slugs::show_cancelled, "The show was cancelled.");
  return {};
}

Result<void> check_price(Money price, std::optional<Money> face_value,
                         std::optional<std::int64_t> cap_percent) {
  if (!cap_percent) return {};
  if (!face_value) {
    return refuse({.kind = ErrorKind::invalid,
                   .slug = slugs::face_value_missing,
                   .detail = "The prices of this show are capped: a ticket needs its face value.",
                   .fields = {{.code = slugs::face_value_missing,
                               .message = "faceValue must be given: the show's prices are capped",
                               .field = "faceValue"}}});
  }
  // A fraction of a cent is left out: the price may not be above the cap by a fraction either.
  const Money highest{.cents = face_value->cents * *cap_percent / 100};
  if (price <= highest) return {};
  const std::string at_most = to_decimal(highest);
  return refuse(
      {.kind = ErrorKind::invalid,
       .slug = slugs::price_above_cap(highest),
       .detail = fmt::format("The show allows a price of {} at most for this ticket.", at_most),
       .fields = {{.code = slugs::price_above_cap(highest),
                   .message = fmt::format("price must be {} at most, {} % of the face value",
                                          at_most, *cap_percent),
                   .field = "price"}}});
}

}  // namespace ticketing::contracts
