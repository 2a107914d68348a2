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

TEST(Upload, IsItsSellersToGiveWhileASoldTicketIsDue) {
  const TicketCopy sold{.id = "t", .user_id = "seller", .status = TicketStatus::sold};
  EXPECT_TRUE(check_upload(sold, "seller", true));
  EXPECT_FALSE(check_upload(sold, "buyer", true));
  const TicketCopy withdrawn{.id = "t", .user_id = "seller", .status = TicketStatus::withdrawn};
  EXPECT_FALSE(check_upload(withdrawn, "seller", true));
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

std::string refusal_of_kept(const Kept& others, std::int64_t bytes, const KeptMax& max) {
  const auto room = check_room(others, bytes, max);
  return room ? "" : std::string(room.error().slug.name());
}

TEST(Upload, HasRoomBesideSoManyFilesAndBytes) {
  const KeptMax max{.files = 3, .bytes = 5'000'000};
  EXPECT_EQ(refusal_of_kept({}, 5'000'000, max), "");
  EXPECT_EQ(refusal_of_kept({.files = 2, .bytes = 3'000'000}, 2'000'000, max), "");
  EXPECT_EQ(refusal_of_kept({.files = 2, .bytes = 3'000'000}, 2'000'001, max),
            "too_many_bytes_kept");
  EXPECT_EQ(refusal_of_kept({.files = 3, .bytes = 3}, 1, max), "too_many_files_kept");
  EXPECT_EQ(refusal_of_kept({.files = 9'999, .bytes = 1'000'000'000'000}, 1, {0, 0}), "");
}

}  // namespace
}  // namespace ticketing::delivery
