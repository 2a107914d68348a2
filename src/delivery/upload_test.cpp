#include "delivery/upload.hpp"

#include <gtest/gtest.h>

#include "contracts/codes.hpp"

namespace ticketing::delivery {
namespace {

std::string refusal(TicketStatus status, const std::string& user_id = "seller") {
  const auto allowed = check_upload({.id = "t", .user_id = "seller", .status = status}, user_id);
  return allowed ? "" : std::string(allowed.error().slug.name());
}

TEST(Upload, IsItsSellersWhileTheTicketIsAvailable) {
  EXPECT_EQ(refusal(TicketStatus::available), "");
  EXPECT_EQ(refusal(TicketStatus::reserved), "ticket_reserved");
  EXPECT_EQ(refusal(TicketStatus::sold), "ticket_sold");
  EXPECT_EQ(refusal(TicketStatus::withdrawn), "ticket_withdrawn");
  EXPECT_EQ(refusal(TicketStatus::lapsed), "ticket_lapsed");
  for (const auto status : {TicketStatus::available, TicketStatus::sold, TicketStatus::lapsed})
    EXPECT_EQ(refusal(status, "stranger"), "not_your_ticket");
}

TEST(Upload, OfAResaleIsNotReplaced) {
  const TicketCopy ticket{.id = "resale", .user_id = "seller"};
  EXPECT_TRUE(check_upload(ticket, std::nullopt, "seller"));
  EXPECT_TRUE(check_upload(ticket, Upload{.ticket_id = "resale"}, "seller"));
  const auto refused = check_upload(ticket, Upload{.ticket_id = "bought"}, "seller");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().slug, slugs::resale_keeps_file);
  EXPECT_EQ(check_upload(ticket, Upload{.ticket_id = "bought"}, "stranger").error().slug,
            slugs::not_your_ticket);
}

}  // namespace
}  // namespace ticketing::delivery
