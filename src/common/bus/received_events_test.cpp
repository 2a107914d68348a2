#include "common/bus/received_events.hpp"

#include <gtest/gtest.h>

namespace ticketing::bus {
namespace {

using std::chrono::hours;

constexpr Timestamp made = from_millis(1'700'000'000'000);

// The store holds the messages from `first` to `last`; the listener has settled those up to
// `acknowledged`.
ConsumerPosition position(std::int64_t first, std::int64_t last, std::int64_t acknowledged,
                          hours after, std::int64_t pending = -1) {
  return {.consumer = "notes",
          .subject = "topic.created",
          .store_created = made,
          .first = first,
          .last = last,
          .acknowledged = acknowledged,
          .pending = pending < 0 ? last - acknowledged : pending,
          .looked_at = made + after};
}

TEST(ReceivedEvents, AreAllWhileTheStoreKeepsWhatTheListenerHasNotGot) {
  auto now = follow(std::nullopt, position(1, 10, 10, hours{1}));
  EXPECT_EQ(now.received.sequence, 10);
  now = follow(now.received, position(1, 500, 100, hours{2}));
  EXPECT_FALSE(now.lost);
  now = follow(now.received, position(101, 900, 100, hours{3}));
  EXPECT_FALSE(now.lost);
  now = follow(now.received, position(850, 950, 900, hours{4}));
  EXPECT_TRUE(now.lost) << "101 to 849 went within an hour: it is not known whether it got them";
}

TEST(ReceivedEvents, WereLostWhenTheStoreBeginsBehindThem) {
  auto now = follow(std::nullopt, position(1, 10, 10, hours{1}));
  now = follow(now.received, position(1, 10, 10, hours{2}));
  // Purged: the server sets the consumer to the new beginning.
  now = follow(now.received, position(31, 30, 30, hours{9}, 0));
  ASSERT_TRUE(now.lost);
  EXPECT_EQ(now.lost->since, made + hours{1});
  EXPECT_EQ(now.lost->before, made + hours{9});
  EXPECT_EQ(now.received.sequence, 30);
  now = follow(now.received, position(31, 40, 35, hours{10}));
  EXPECT_FALSE(now.lost) << "told once";
}

TEST(ReceivedEvents, OfAQuietSubjectAreNotLostWithThoseOfOthers) {
  auto now = follow(std::nullopt, position(1, 10, 10, hours{1}));
  // Its last message is long gone, and nothing of it waits.
  now = follow(now.received, position(1, 5'000, 10, hours{2}, 0));
  now = follow(now.received, position(4'000, 9'000, 10, hours{3}, 0));
  EXPECT_FALSE(now.lost);
}

TEST(ReceivedEvents, BeforeItsFirstAreLostToANewListener) {
  ConsumerPosition first = position(1, 10, 0, hours{1});
  first.is_new = true;
  EXPECT_FALSE(follow(std::nullopt, first).lost) << "the store has all that there was";
  first = position(400, 900, 0, hours{1});
  first.is_new = true;
  const auto now = follow(std::nullopt, first);
  ASSERT_TRUE(now.lost);
  EXPECT_EQ(now.lost->since, Timestamp{});
  EXPECT_FALSE(follow(now.received, position(400, 900, 400, hours{1})).lost);
}

TEST(ReceivedEvents, OfAListenerFromBeforeThisTableAreWhereItsConsumerIs) {
  EXPECT_FALSE(follow(std::nullopt, position(400, 900, 300, hours{1}, 0)).lost);
  const auto now = follow(std::nullopt, position(400, 900, 300, hours{1}));
  EXPECT_FALSE(now.lost);
  EXPECT_FALSE(follow(now.received, position(400, 900, 300, hours{1})).lost);
}

TEST(ReceivedEvents, OfAnotherStoreComeOutOfTheOutboxesUnlessTheyAreTooOld) {
  const auto known = follow(std::nullopt, position(1, 10, 10, hours{1})).received;
  ConsumerPosition other_store = position(1, 2, 0, hours{2});
  other_store.store_created = made + hours{2};
  auto now = follow(known, other_store);
  EXPECT_FALSE(now.lost);
  EXPECT_EQ(now.received.sequence, 0);
  other_store.looked_at = made + hours{1} + hours{24 * 7 + 1};
  now = follow(known, other_store);
  ASSERT_TRUE(now.lost);
  EXPECT_EQ(now.lost->since, made + hours{1});
  EXPECT_FALSE(follow(now.received, other_store).lost);
}

}  // namespace
}  // namespace ticketing::bus
