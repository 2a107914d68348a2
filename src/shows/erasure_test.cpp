// What shows keeps of a deleted account: the shows, which are public.
#include "contracts/auth_events.hpp"
#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

using MakerErasureTest = ShowsTest;

TEST_F(MakerErasureTest, KeepsTheShowsAndForgetsTheAnswersToRequests) {
  static const db::Sql keys{"test_keys_of_maker", "SELECT key FROM idempotency_keys"};
  const std::string id =
      create(details("AC/DC"), filharmonia(), db::IdempotencyKey{"maker", "key", "hash"})
          .value()
          .show.id;
  EXPECT_EQ(run(data_.database().query(keys())).rows.size(), 1U);
  platform_.publish_as(
      "auth", contracts::UserErased{.id = "maker", .version = 1, .erased_at = platform_.now()});
  run(operations_.erasure().sweep());
  EXPECT_TRUE(run(data_.database().query(keys())).rows.empty());
  EXPECT_EQ(show(id).name, "AC/DC");
}

}  // namespace
}  // namespace ticketing::shows
