#include "notifications/operations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <iostream>
#include <map>

#include "common/base/exceptions.hpp"
#include "contracts/auth_events.hpp"
#include "fixtures/service_test.hpp"
#include "notifications/listeners.hpp"

namespace ticketing::notifications {

EmbeddedFiles embedded_files();

namespace {

using namespace std::chrono_literals;
using mail::Outcome;

const db::Sql mail_states{"test_mail_states", "SELECT status, details FROM mails ORDER BY id"};

const db::Sql rival_attempt{"test_rival_attempt",
                            "UPDATE mails SET attempts = attempts + 1, due_at = due_at + 60000"};

// Answers what it is told to; otherwise takes every mail.
class TestSender final : public mail::Sender {
 public:
  std::deque<Outcome> answers;
  std::vector<mail::Message> taken;
  int asked = 0;

  // What is answered, and whether the mail is taken.
  std::function<Outcome(bool& is_taken)> decide = [this](bool& is_taken) {
    Outcome outcome = Outcome::accepted;
    if (!answers.empty()) {
      outcome = answers.front();
      answers.pop_front();
    }
    is_taken = outcome == Outcome::accepted;
    return outcome;
  };

  Task<mail::Answer> send(mail::Message message) override {
    ++asked;
    bool is_taken = false;
    const Outcome outcome = decide(is_taken);
    if (is_taken) taken.push_back(std::move(message));
    co_return mail::Answer{.outcome = outcome, .reason = "as the test says"};
  }
};

class NotificationsTest : public fixtures::ServiceTest {
 public:
  ~NotificationsTest() override { run(data_.stop()); }

 protected:
  NotificationsTest() {
    data_.subscribe();
    subscribe(platform_.get().bus, operations_);
    platform_.get().bus.start();
    data_.start();
  }

  static Settings settings() {
    Settings all;
    all.from = "Tickets <tickets@shop.example>";
    all.site = "https://shop.example";
    all.mail_key = std::string(32, 'm');
    return all;
  }
  contracts::ResetRequested request(const std::string& email = "ada@example.com") {
    const std::string id = platform_.next_id();
    return {
        .id = id,
        .user_id = "ada",
        .email = email,
        .sealed_token = TextSeal(settings().mail_key).seal("the-token", id, platform_.get().random),
        .expires_at = platform_.now() + 30min};
  }
  contracts::PasswordChanged change(const std::string& email = "ada@example.com") {
    return {.user_id = "ada", .email = email, .changed_at = platform_.now()};
  }
  template <class Contract>
  void hear(const Contract& contract) {
    platform_.publish_as("auth", contract);
    platform_.pass(1s);
  }
  void send() { run(operations_.send_due()); }
  std::vector<std::string> states() {
    std::vector<std::string> all;
    for (const db::Row& row : run(data_.database().query(mail_states())).rows)
      all.push_back(row.text("status"));
    return all;
  }

  runtime::OwnedData data_{platform_.get(), "notifications", embedded_files(), "mails"};
  TestSender sender_;
  Operations operations_{platform_.get(), data_, settings(), sender_};
};

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

}  // namespace
}  // namespace ticketing::notifications
