// What the tests of notifications begin with: the service's operations with a sender that does what
// a test says.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "contracts/auth_events.hpp"
#include "fixtures/service_test.hpp"
#include "notifications/listeners.hpp"
#include "notifications/operations.hpp"

namespace ticketing::notifications {

EmbeddedFiles embedded_files();

inline const db::Sql mail_states{"test_mail_states",
                                 "SELECT status, details FROM mails ORDER BY id"};

// Answers what it is told to; otherwise takes every mail.
class TestSender final : public mail::Sender {
 public:
  std::deque<mail::Outcome> answers;
  std::vector<mail::Message> taken;
  std::vector<mail::Message> kept;  // of these, as a folder keeps them
  int asked = 0;

  // What is answered, and whether the mail is taken.
  std::function<mail::Outcome(bool& is_taken)> decide = [this](bool& is_taken) {
    mail::Outcome outcome = mail::Outcome::accepted;
    if (!answers.empty()) {
      outcome = answers.front();
      answers.pop_front();
    }
    is_taken = outcome == mail::Outcome::accepted;
    return outcome;
  };

  Task<mail::Answer> send(mail::Message message) override {
    ++asked;
    bool is_taken = false;
    const mail::Outcome outcome = decide(is_taken);
    if (is_taken) {
      kept.push_back(message);
      taken.push_back(std::move(message));
    }
    co_return mail::Answer{.outcome = outcome, .reason = "as the test says"};
  }
  Task<bool> forget(std::string user_id, std::string except) override {
    std::erase_if(kept, [&](const mail::Message& mail) {
      return mail.user_id == user_id && mail.id != except;
    });
    co_return can_forget;
  }
  Task<bool> forget_before(Timestamp time) override {
    std::erase_if(kept, [&](const mail::Message& mail) { return mail.date < time; });
    co_return can_forget;
  }
  bool can_forget = true;
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
        .expires_at = platform_.now() + std::chrono::minutes{30}};
  }
  contracts::PasswordChanged change(const std::string& email = "ada@example.com") {
    return {.user_id = "ada", .email = email, .changed_at = platform_.now()};
  }
  template <class Contract>
  void hear(const Contract& contract, const std::string& owner = "auth") {
    platform_.publish_as(owner, contract);
    platform_.pass(std::chrono::seconds{1});
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

}  // namespace ticketing::notifications
