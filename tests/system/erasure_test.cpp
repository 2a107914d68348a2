// The end of an account: after it nothing that the marketplace keeps has the address, and another
// account with that address sees nothing of the former one.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "fixtures/run_task.hpp"
#include "servers/services.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/distributed_system.hpp"
#include "system/mails.hpp"
#include "system/sqlite_file.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;
using testing::Not;

// A name that no other text has.
constexpr const char* address = "ada.byron.4711@example.com";
constexpr const char* name_in_it = "byron.4711";

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class AccountErasure : public testing::Test {
 protected:
  static Answer ask(Person& person, const std::string& password) {
    return answered([&] {
      return person.http.send({.method = "DELETE",
                               .target = "/api/users/me",
                               .body = fmt::format(R"({{"password":"{}"}})", password)});
    });
  }
  Answer use(const std::string& token) {
    return marketplace_.visitor()->http.post("/api/users/erase",
                                             fmt::format(R"({{"token":"{}"}})", token));
  }
  void erase(Person& person) {
    ASSERT_EQ(ask(person, "123456").status, 202);
    const Answer erased = use(wait_for_token(mails(), person.email, "erase"));
    ASSERT_EQ(erased.status, 200) << erased.body;
  }
  std::string mails() const { return folder_.file("data/mail"); }
  // All that the services' databases have, as bytes: of SQLite the files, once all is in them.
  std::string stored() {
    std::string all;
    if (auto* distributed = dynamic_cast<DistributedSystem*>(&marketplace_.system())) {
      const BackingServers& servers = distributed->servers();
      for (const std::string& service : servers::service_names())
        all += servers.postgres.run_program("pg_dump", {"-d", servers.postgres.url(service)},
                                            std::chrono::minutes{1});
      return all + mail_files();
    }
    std::vector<std::string> databases = servers::service_names();
    databases.emplace_back("bus");
    for (const std::string& name : databases) {
      const std::string file = folder_.file("data/" + name + ".db");
      SqliteFile(file).run("PRAGMA wal_checkpoint(TRUNCATE)");
      all += bytes_of(file) + bytes_of(file + "-wal");
    }
    return all + mail_files();
  }
  bool is_distributed() {
    return dynamic_cast<DistributedSystem*>(&marketplace_.system()) != nullptr;
  }
  // Whether a file of NATS has the name, or cannot be read now.
  bool is_streamed() {
    auto* distributed = dynamic_cast<DistributedSystem*>(&marketplace_.system());
    if (distributed == nullptr) return false;
    std::error_code error;
    std::filesystem::recursive_directory_iterator at(distributed->servers().nats.folder(), error);
    for (; !error && at != std::filesystem::end(at); at.increment(error)) {
      if (at->is_regular_file(error) && bytes_of(at->path()).contains(name_in_it)) return true;
    }
    return bool(error);
  }
  // The file of the last mail goes an hour later (src/notifications/erasure_test.cpp).
  std::string mail_files() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(mails())) {
      const std::string mail = bytes_of(entry.path());
      if (mail.find("Subject: Your account is deleted") == std::string::npos) all += mail;
    }
    return all;
  }
  // What a listener could not handle. One that has failed for long may come after the end of the
  // account.
  void make_dead_letter(const std::string& user_id) {
    SqliteFile(folder_.file("data/bus.db"))
        .run(fmt::format("INSERT INTO dead_letters (consumer, event_id, subject, source, payload, "
                         "traceparent, created_at, reason, failed_at) VALUES ('notifications', "
                         "'e1', 'user.device_added', 'auth', "
                         "'{{\"userId\":\"{}\",\"email\":\"{}\"}}', '', 1, 'a test', 1)",
                         user_id, address));
  }
  // What is left around the name; empty: nothing. A mail that was being sent when all were killed
  // is taken up after two minutes, and other rests by a sweep every minute.
  std::string remainder() {
    std::string left;
    wait_until(
        [&] {
          const std::string all = stored();
          const std::size_t at = all.find(name_in_it);
          left =
              at == std::string::npos ? "" : all.substr(at - std::min<std::size_t>(at, 300), 600);
          return left.empty();
        },
        std::chrono::minutes{4}, std::chrono::milliseconds{500});
    return left;
  }
  Answer sign_in() {
    return marketplace_.visitor()->http.post(
        "/api/users/signin", fmt::format(R"({{"email":"{}","password":"123456"}})", address));
  }

  const TemporaryFolder folder_;
  Marketplace marketplace_{{{"DATA_DIR", folder_.file("data")}}};
};

TEST_F(AccountErasure, LeavesNoByteOfTheAddressAndNothingForTheNextOwner) {
  const auto ada = marketplace_.visitor(), other = marketplace_.person();
  ada->sign_up(address);
  const std::string show = ada->make_show("A show that outlives its maker");
  const std::string offered = ada->list_ticket("Offered"), sold = ada->list_ticket("Sold");
  ASSERT_EQ(put_code(*ada, sold, R"({"format":"qr","text":"a code of ada"})").status, 200);
  const std::string sale = buy(*other, sold);
  const std::string bought = buy(*ada, other->list_ticket("Bought"));
  const std::string unpaid = ada->reserve(other->list_ticket("Unpaid"));
  ASSERT_EQ(ada->http.post("/api/orders/calendar", "{}").status, 201);
  wait_for_mail(mails(), address, "Your ticket is sold: Sold");
  if (!is_distributed()) make_dead_letter(ada->id);
  EXPECT_THAT(stored(), HasSubstr(name_in_it)) << "so that the search is known to see it";
  EXPECT_TRUE(wait_until([&] { return is_streamed() == is_distributed(); },
                         patient(std::chrono::seconds{20})));

  EXPECT_EQ(text_at(ask(*ada, "654321"), "slug"), "wrong_password");
  ASSERT_EQ(ask(*ada, "123456").status, 202);
  const std::string token = wait_for_token(mails(), address, "erase");
  EXPECT_EQ(ada->status_of_ticket(offered), "available") << "to ask deletes nothing";
  ASSERT_EQ(use(token).status, 200);
  EXPECT_EQ(text_at(use(token), "slug"), "link_over");
  wait_for_mail(mails(), address, "Your account is deleted");

  EXPECT_EQ(text_at(sign_in(), "slug"), "invalid_credentials");
  EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 401);
  EXPECT_EQ(ada->http.get("/api/users/export").status, 401);
  const auto is_over = [&] {
    return other->status_of_ticket(offered) == "withdrawn" &&
           marketplace_.system()
                   .query("orders", fmt::format("SELECT 1 FROM orders WHERE id = '{}' AND status = "
                                                "'cancelled'",
                                                unpaid))
                   .size() == 1;
  };
  EXPECT_TRUE(wait_until(is_over, patient(std::chrono::seconds{30})));
  EXPECT_EQ(remainder(), "");
  EXPECT_TRUE(wait_until([&] { return !is_streamed(); }, patient(std::chrono::minutes{4}),
                         std::chrono::milliseconds{500}))
      << "two minutes after the end of the account";
  EXPECT_EQ(answered([&] { return other->http.post(order_path(sale) + "/reveal", "{}"); }).status,
            200)
      << "what was sold is its buyer's";
  EXPECT_EQ(other->http.get("/api/shows/" + show).status, 200);
  EXPECT_EQ(marketplace_.system()
                .query("orders",
                       fmt::format("SELECT 1 FROM orders WHERE id = '{}' AND status = 'complete'",
                                   bought))
                .size(),
            1U);

  const auto next = marketplace_.visitor();
  next->sign_up(address);
  EXPECT_NE(next->id, ada->id);
  EXPECT_EQ(next->http.get("/api/orders").body, "[]");
  EXPECT_EQ(next->http.get("/api/tickets?mine=1").body, "[]");
  EXPECT_THAT(next->http.get("/api/users/export").body, Not(HasSubstr(ada->id)));
}

// All programs are killed right after the answer: some have not heard of it, others are under way.
TEST_F(AccountErasure, GoesOnAfterAKill) {
  const auto ada = marketplace_.visitor();
  ada->sign_up(address);
  const std::string offered = ada->list_ticket("Offered");
  erase(*ada);
  marketplace_.restart();
  const auto visitor = marketplace_.visitor();
  EXPECT_TRUE(wait_until([&] { return visitor->status_of_ticket(offered) == "withdrawn"; },
                         patient(std::chrono::seconds{60})));
  EXPECT_EQ(remainder(), "");
  wait_for_mail(mails(), address, "Your account is deleted");
  EXPECT_EQ(text_at(sign_in(), "slug"), "invalid_credentials");
}

// With the last access token, which is good for some minutes more.
TEST_F(AccountErasure, IsNotUndoneByASessionThatIsStillGood) {
  const auto ada = marketplace_.visitor();
  ada->sign_up(address);
  const auto thief = marketplace_.visitor();
  thief->http.cookies() = ada->http.cookies();
  erase(*ada);
  const std::string late = thief->list_ticket("Late");
  EXPECT_TRUE(wait_until([&] { return thief->status_of_ticket(late) == "withdrawn"; },
                         patient(std::chrono::seconds{100})));
  EXPECT_EQ(remainder(), "");
}

}  // namespace
}  // namespace ticketing::system
