// What notifications forgets of a deleted account, and the last mail to it.
#include "notifications/store.hpp"
#include "notifications/test_sales.hpp"

namespace ticketing::notifications {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const db::Sql test_addresses{
    "test_addresses",
    "SELECT email AS address FROM people UNION ALL SELECT recipient FROM mails WHERE recipient <> "
    "'' UNION ALL SELECT details FROM mails WHERE details LIKE '%@%' ORDER BY 1"};

class PersonErasureTest : public SaleMails {
 protected:
  void erase(const std::string& id) { hear(erased(id)); }
  contracts::UserErased erased(const std::string& id) {
    return {.id = id, .version = 9, .erased_at = platform_.now()};
  }
  void sweep() { run(operations_.erasure().sweep()); }
  std::vector<std::string> addresses() {
    std::vector<std::string> all;
    for (const db::Row& row : run(data_.database().query(test_addresses())).rows)
      all.push_back(row.text("address"));
    return all;
  }
};

TEST_F(PersonErasureTest, SaysSoInALastMailAndForgetsTheAddress) {
  hear(user("ada"));
  hear(user("bob"));
  hear(change());
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Your password was changed"));
  hear(request());  // waits
  erase("ada");
  sweep();
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Your account is deleted"));
  EXPECT_THAT(addresses(), ElementsAre("bob@example.com"));
}

TEST_F(PersonErasureTest, ComesOnceMoreWithoutAnotherMail) {
  hear(user("ada"));
  const bus::Event event = platform_.event_from("auth", erased("ada"));
  run(operations_.follow_erasure(erased("ada"), event));
  run(operations_.follow_erasure(erased("ada"), event));
  sweep();
  run(operations_.follow_erasure(erased("ada"), event));
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Your account is deleted"));
  hear_copy(erased("ada"), "auth");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(PersonErasureTest, IsNotUndoneByWhatComesLate) {
  erase("ada");
  hear(user("ada"));
  hear(contracts::AddressChanged{.id = "ada",
                                 .version = 1,
                                 .email = "ada@example.org",
                                 .former_email = "ada@example.com",
                                 .changed_at = platform_.now()});
  hear(request());
  hear(change());
  EXPECT_THAT(addresses(), IsEmpty());
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(PersonErasureTest, EndsMailsThatNoUserIsLeftToRead) {
  know_all();
  hear(payment(), "payments");
  erase("ada");
  erase("grace");
  sweep();
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Your account is deleted",
                                  "grace@example.com: Your account is deleted"));
  for (const std::string& state : states()) EXPECT_NE(state, "waiting");
  hear(show(1, "cancelled"), "shows");
  EXPECT_THAT(sent(), IsEmpty());
  for (const std::string& state : states()) EXPECT_NE(state, "waiting");
}

TEST_F(PersonErasureTest, TellsOthersOfTheirSales) {
  know_all();
  hear(payment(), "payments");
  erase("grace");
  EXPECT_THAT(sent(), ElementsAre("grace@example.com: Your account is deleted",
                                  "ada@example.com: Your ticket is sold: Row <7>"));
}

TEST_F(PersonErasureTest, KeepsTheAddressForTheLastMailUntilThatIsOver) {
  hear(user("ada"));
  erase("ada");
  sweep();
  sender_.answers.push_back(mail::Outcome::try_later);
  send();
  EXPECT_THAT(addresses(), ElementsAre("ada@example.com"));
  platform_.skip(std::chrono::hours{3});
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Your account is deleted"));
  EXPECT_THAT(addresses(), IsEmpty());
}

TEST_F(PersonErasureTest, MailsTheLinkThatDeletes) {
  const std::string id = platform_.next_id();
  hear(contracts::ErasureRequested{
      .id = id,
      .user_id = "ada",
      .email = "ada@example.com",
      .sealed_token = TextSeal(settings().mail_key).seal("the-token", id, platform_.get().random),
      .expires_at = platform_.now() + contracts::ErasureRequested::link_life});
  EXPECT_THAT(sent(), ElementsAre("ada@example.com: Delete your account"));
  EXPECT_THAT(last_.front().text, testing::HasSubstr("https://shop.example/erase?token=the-token"));
}

}  // namespace
}  // namespace ticketing::notifications
