#include "notifications/operations.hpp"

#include <algorithm>
#include <iostream>
#include <map>

#include "common/base/exceptions.hpp"
#include "notifications/store.hpp"
#include "notifications/test_notifications.hpp"

namespace ticketing::notifications {
namespace {

using namespace std::chrono_literals;
using mail::Outcome;

const db::Sql rival_attempt{"test_rival_attempt",
                            "UPDATE mails SET attempts = attempts + 1, due_at = due_at + 60000"};

TEST_F(NotificationsTest, MailALinkForANewPassword) {
  hear(request());
  send();
  ASSERT_EQ(sender_.taken.size(), 1U);
  const mail::Message& mail = sender_.taken[0];
  EXPECT_EQ(mail.to, "ada@example.com");
  EXPECT_EQ(mail.from, "Tickets <tickets@shop.example>");
  EXPECT_THAT(mail.id, testing::EndsWith("@shop.example"));
  EXPECT_THAT(mail.text, testing::HasSubstr("https://shop.example/reset?token=the-token"));
  EXPECT_THAT(mail.html, testing::HasSubstr("https://shop.example/reset?token=the-token"));
}

TEST_F(NotificationsTest, MailALinkThatShowsWhoseAnAddressIs) {
  const std::string id = platform_.next_id();
  hear(contracts::VerificationRequested{
      .id = id,
      .user_id = "ada",
      .email = "ada@example.com",
      .sealed_token = TextSeal(settings().mail_key).seal("the-token", id, platform_.get().random),
      .expires_at = platform_.now() + 24h});
  send();
  ASSERT_EQ(sender_.taken.size(), 1U);
  EXPECT_EQ(sender_.taken[0].to, "ada@example.com");
  EXPECT_EQ(sender_.taken[0].subject, "Confirm your address");
  for (const std::string& form : {sender_.taken[0].text, sender_.taken[0].html})
    EXPECT_THAT(form, testing::HasSubstr("https://shop.example/verify?token=the-token"));
}

TEST_F(NotificationsTest, MailThatAPasswordWasChanged) {
  hear(change());
  send();
  ASSERT_EQ(sender_.taken.size(), 1U);
  EXPECT_EQ(sender_.taken[0].subject, "Your password was changed");
}

TEST_F(NotificationsTest, TellBothAddressesThatOneReplacesTheOther) {
  const std::string id = platform_.next_id();
  hear(contracts::AddressChangeRequested{
      .id = id,
      .user_id = "ada",
      .email = "ada@example.com",
      .new_email = "ada@example.org",
      .sealed_token = TextSeal(settings().mail_key).seal("the-token", id, platform_.get().random),
      .expires_at = platform_.now() + std::chrono::minutes{30}});
  send();
  ASSERT_EQ(sender_.taken.size(), 2U);
  for (const mail::Message& mail : sender_.taken) {
    const bool has_link = mail.text.find("/verify?token=the-token") != std::string::npos;
    EXPECT_EQ(mail.to, has_link ? "ada@example.org" : "ada@example.com");
  }
  sender_.taken.clear();
  hear(contracts::AddressChanged{.id = "ada",
                                 .version = 1,
                                 .email = "ada@example.org",
                                 .former_email = "ada@example.com",
                                 .changed_at = platform_.now()});
  send();
  ASSERT_EQ(sender_.taken.size(), 1U);
  EXPECT_EQ(sender_.taken[0].to, "ada@example.com");
  const auto person = run(data_.database().query(store::person_by_id("ada")));
  EXPECT_EQ(person.rows.at(0).as<Person>().email, "ada@example.org");
}

TEST_F(NotificationsTest, TellAFormerAddressHowToRestoreIt) {
  contracts::AddressChanged changed{.id = "ada",
                                    .version = 1,
                                    .email = "thief@example.com",
                                    .former_email = "ada@example.com",
                                    .changed_at = platform_.now()};
  changed.sealed_token =
      TextSeal(settings().mail_key).seal("the-token", "ada", platform_.get().random);
  changed.expires_at = platform_.now() + contracts::AddressChanged::link_life;
  hear(changed);
  send();
  ASSERT_EQ(sender_.taken.size(), 1U);
  EXPECT_EQ(sender_.taken[0].to, "ada@example.com");
  for (const std::string& form : {sender_.taken[0].text, sender_.taken[0].html})
    EXPECT_THAT(form, testing::HasSubstr("https://shop.example/restore?token=the-token"));
  changed.expires_at = platform_.now();
  hear(changed);
  send();
  ASSERT_EQ(sender_.taken.size(), 2U);
  EXPECT_THAT(sender_.taken[1].text, testing::Not(testing::HasSubstr("/restore")));
}

TEST_F(NotificationsTest, SendOneMailOfAnEventThatComesTwice) {
  const bus::Event event = platform_.event_from("auth", change());
  for (int i = 0; i < 2; ++i) {
    run(operations_.tell(
        {.which = Template::password_changed, .user_id = "ada", .recipient = "ada@example.com"},
        event));
    send();
  }
  EXPECT_EQ(sender_.taken.size(), 1U);
}

TEST_F(NotificationsTest, SendNothingOfAnEventThatIsPublishedOnceMore) {
  bus::Event event = platform_.event_from("auth", change());
  event.original = "another";
  run(operations_.tell(
      {.which = Template::password_changed, .user_id = "ada", .recipient = "ada@example.com"},
      event));
  send();
  EXPECT_EQ(sender_.asked, 0);
}

TEST_F(NotificationsTest, TryAgainWithTheSameMessageIdAndAPause) {
  sender_.answers = {Outcome::try_later, Outcome::try_later};
  hear(change());
  send();
  send();
  EXPECT_EQ(sender_.asked, 1) << "the pause is not over";
  platform_.skip(30s);
  send();
  platform_.skip(30s);
  send();
  EXPECT_EQ(sender_.asked, 2);
  platform_.skip(30s);
  send();
  EXPECT_EQ(sender_.asked, 3);
  EXPECT_EQ(sender_.taken.size(), 1U);
  EXPECT_THAT(states(), testing::ElementsAre("sent"));
}

// A process that is asked to end does not send thousands of mails first.
TEST_F(NotificationsTest, StopAfterTheMailThatIsOnItsWay) {
  for (int i = 0; i < 3; ++i) hear(change());
  sender_.decide = [&](bool& is_taken) {
    operations_.stop();
    is_taken = true;
    return Outcome::accepted;
  };
  send();
  EXPECT_EQ(sender_.taken.size(), 1U);
  EXPECT_THAT(states(), testing::UnorderedElementsAre("sent", "waiting", "waiting"));
}

TEST_F(NotificationsTest, GiveUpAfterThreeDays) {
  hear(change());
  const Timestamp begun = platform_.now();
  for (int i = 0; i < 200 && states()[0] == "waiting"; ++i) {
    sender_.answers = {Outcome::try_later};
    send();
    platform_.skip(1h);
  }
  EXPECT_THAT(states(), testing::ElementsAre("given_up"));
  EXPECT_GT(platform_.now() - begun, tried_for - 3h);
  EXPECT_LT(platform_.now() - begun, tried_for + 3h);
  EXPECT_EQ(platform_.metric("mails_total{result=\"given_up\"}"), 1);
}

TEST_F(NotificationsTest, EndAMailThatIsRefusedForGood) {
  sender_.answers = {Outcome::refused};
  hear(change());
  send();
  platform_.skip(1h);
  send();
  EXPECT_EQ(sender_.asked, 1);
  EXPECT_THAT(states(), testing::ElementsAre("refused"));
  hear(change());
  send();
  EXPECT_EQ(sender_.taken.size(), 1U) << "another mail to the same address is tried";
}

TEST_F(NotificationsTest, SendNothingMoreToAnAddressThatDoesNotExist) {
  sender_.answers = {Outcome::no_mailbox};
  hear(change());
  send();
  hear(change());
  hear(change("grace@example.com"));
  send();
  EXPECT_EQ(sender_.asked, 2);
  EXPECT_THAT(states(), testing::UnorderedElementsAre("refused", "suppressed", "sent"));
}

TEST_F(NotificationsTest, SendNoLinkThatIsOver) {
  sender_.answers = {Outcome::try_later};
  hear(request());
  send();
  platform_.skip(31min);
  send();
  EXPECT_EQ(sender_.asked, 1);
  EXPECT_THAT(states(), testing::ElementsAre("late"));
}

// Two processes have read the same row: the one that was slower sends nothing.
TEST_F(NotificationsTest, LeaveAnAttemptToOneProcess) {
  hear(change());
  lose_race_to(rival_attempt());
  send();
  EXPECT_EQ(sender_.asked, 0);
}

// A killed process leaves its attempt behind: another one goes on when its time is over.
TEST_F(NotificationsTest, GoOnWithAnAttemptThatNeverEnded) {
  hear(change());
  platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::answer_lost);
  EXPECT_THROW(send(), OutcomeUnknown);
  send();
  EXPECT_EQ(sender_.asked, 0);
  platform_.skip(attempt_time_max);
  send();
  EXPECT_EQ(sender_.taken.size(), 1U);
}

// I26: a server that is busy, that takes a mail and does not say so, and a process that dies before
// an attempt, or after one and before its end is stored.
TEST_F(NotificationsTest, LoseNoMailAndRepeatOnlyThoseWhoseAnswerWasLost) {
  constexpr int mails = 1'000;
  SeededRandom random(20261127);
  for (int i = 0; i < mails; ++i) {
    const std::string address = "person-" + std::to_string(i) + "@example.com";
    platform_.publish_as("auth", change(address));
  }
  platform_.pass(1s);
  int lost_answers = 0, deaths = 0;
  sender_.decide = [&](bool& is_taken) {
    const auto chance = random.below(10);
    is_taken = chance >= 3;
    if (chance == 3) ++lost_answers;
    if (chance == 9) {
      ++deaths;
      platform_.database().fail_next_commit(fixtures::TestDatabase::Failure::unavailable);
    }
    return chance <= 3 ? Outcome::try_later : Outcome::accepted;
  };
  for (int round = 0; round < 2'000 && std::ranges::count(states(), "sent") < mails; ++round) {
    try {
      send();
    } catch (const std::exception&) {
      // The process has died; the next one begins.
    }
    platform_.skip(1min);
  }
  std::map<std::string, int> times;
  for (const mail::Message& mail : sender_.taken) ++times[mail.id];
  EXPECT_EQ(std::ssize(times), mails) << "each has one Message-ID, and none is lost";
  const auto repeated = std::ssize(sender_.taken) - mails;
  EXPECT_LE(repeated, lost_answers + deaths);
  std::cout << mails << " mails, " << lost_answers << " lost answers, " << deaths
            << " deaths: " << repeated << " mails came again, with the same Message-ID\n";
}

TEST_F(NotificationsTest, ForgetWhatAMailSaidWhenItIsOver) {
  hear(request());
  send();
  const auto rows = run(data_.database().query(mail_states()));
  EXPECT_EQ(rows.rows.front().text("details"), "");
  platform_.skip(std::chrono::days{30} + 1ms);
  run(operations_.clean_up());
  EXPECT_THAT(states(), testing::IsEmpty());
}

// Also after the address has become that of another account.
TEST_F(NotificationsTest, TellOfAMailToItsUserAlone) {
  hear(contracts::UserCreated{.id = "ada", .version = 0, .email = "ada@example.com"});
  hear(request());
  hear(contracts::AddressChanged{.id = "ada",
                                 .version = 1,
                                 .email = "new@example.com",
                                 .former_email = "ada@example.com",
                                 .changed_at = platform_.now()});
  hear(contracts::UserCreated{.id = "bob", .version = 0, .email = "ada@example.com"});
  const auto kept_of = [&](const std::string& user_id) {
    return run(data_.database().query(
                   store::kept_mails({.user_id = user_id, .after = "", .limit = 100})))
        .rows.size();
  };
  EXPECT_EQ(kept_of("bob"), 0U);
  EXPECT_GT(kept_of("ada"), 1U);
}

}  // namespace
}  // namespace ticketing::notifications
