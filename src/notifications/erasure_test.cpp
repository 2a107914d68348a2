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
  double open() { return platform_.metric("erasures_open{service=\"notifications\"}"); }
  // "to: subject" of the mails that are files.
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const mail::Message& mail : sender_.kept) all.push_back(mail.to + ": " + mail.subject);
    return all;
  }
  // An event that no listener can read, so that it becomes a dead letter.
  void fail(const std::string& subject, const std::string& payload) {
    run(platform_.bus().publish({.id = platform_.next_id(),
                                 .subject = subject,
                                 .source = "auth",
                                 .payload = payload,
                                 .time = platform_.now()}));
  }
  std::vector<std::string> dead_letters() {
    std::vector<std::string> payloads;
    for (const bus::DeadLetter& letter : run(platform_.bus().list_dead_letters(10)))
      payloads.push_back(letter.event.payload);
    return payloads;
  }
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

TEST_F(PersonErasureTest, DeletesMailsThatAreFilesTheLastOneAfterAnHour) {
  know_all();
  hear(request("ada@example.org"));  // an address from before
  hear(payment(), "payments");
  send();
  EXPECT_EQ(files().size(), 3U);
  const std::string of_grace = "grace@example.com: You have bought a ticket: Row <7>";
  erase("ada");
  send();
  sweep();
  EXPECT_THAT(files(), ElementsAre(of_grace, "ada@example.com: Your account is deleted"));
  platform_.skip(std::chrono::minutes{59});
  sweep();
  EXPECT_EQ(files().size(), 2U);
  platform_.skip(std::chrono::minutes{1});
  sweep();
  EXPECT_THAT(files(), ElementsAre(of_grace));
  platform_.skip(runtime::Erasure::late_max);
  sender_.can_forget = false;
  sweep();
  EXPECT_EQ(open(), 1) << "a file cannot be deleted";
  sender_.can_forget = true;
  sweep();
  EXPECT_EQ(open(), 0);
}

TEST_F(PersonErasureTest, DeletesMailsThatAreFilesAfterThirtyDays) {
  hear(change());
  send();
  platform_.skip(std::chrono::days{20});
  hear(change());
  send();
  platform_.skip(std::chrono::days{10} - std::chrono::seconds{3});
  run(operations_.clean_up());
  EXPECT_EQ(files().size(), 2U);
  platform_.skip(std::chrono::seconds{3});
  run(operations_.clean_up());
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(PersonErasureTest, DeletesDeadLettersWithAnAddress) {
  const std::string of_ada = R"({"userId":"ada","email":"ada@example.com"})",
                    of_bob = R"({"userId":"bob","email":"bob@example.com"})",
                    of_sale = R"({"userId":"ada"})";
  erase("ada");
  for (const std::string& payload : {of_ada, of_bob}) fail("user.device_added", payload);
  fail("payment.captured", of_sale);
  EXPECT_EQ(dead_letters().size(), 3U) << "also what comes late";
  sweep();
  EXPECT_THAT(dead_letters(), testing::UnorderedElementsAre(of_bob, of_sale));
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
