// An operator has a service publish its entities once more: as a program, in both shapes.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "system/admin_program.hpp"
#include "system/marketplace.hpp"
#include "system/nats_console.hpp"

namespace ticketing::system {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class Republish : public testing::Test {
 protected:
  Republish() : marketplace_({{"OPERATOR_TOKEN", operator_token}}) {}

  // Tickets of which orders knows nothing: they are older than its listener.
  void make_old_tickets(int count) {
    EXPECT_EQ(system().stop(), 0) << system().log();
    constexpr int rows_max = 500;
    for (int begin = 0; begin < count; begin += rows_max) {
      std::string rows;
      for (int i = begin; i < std::min(begin + rows_max, count); ++i) {
        rows += fmt::format(
            "{}('017f22e2-79b0-7cc3-98c4-{:012d}', {}, '017f22e2-79b1-7cc3-98c4-{:012d}', "
            "'Row {}', 2000, 'seller', 'available', 1645557742000)",
            rows.empty() ? "" : ", ", i, i % 5, i, i);
      }
      system().execute("tickets",
                       "INSERT INTO tickets (id, version, last_event_id, title, price_cents, "
                       "user_id, status, created_at) VALUES " +
                           rows);
    }
    system().start();
  }
  int number(const std::string& service, const std::string& sql) {
    return std::stoi(system().query(service, sql).at(0).at(0).value());
  }
  int copies() { return number("orders", "SELECT count(*) FROM tickets"); }
  TableRows tickets_of(const std::string& service) {
    return system().query(service,
                          "SELECT id, version, title, price_cents FROM tickets ORDER BY id");
  }
  System& system() { return marketplace_.system(); }

  Marketplace marketplace_;
  AdminProgram admin_{marketplace_.system()};
};

TEST_F(Republish, GivesOldTicketsToAListenerThatNeverHeardOfThem) {
  make_old_tickets(1'200);
  ASSERT_EQ(copies(), 0);
  const AdminAnswer answer = admin_.run({"events", "republish", "tickets"});
  EXPECT_EQ(answer.code, 0) << answer.text;
  EXPECT_THAT(answer.text,
              HasSubstr("tickets: done, 1200 entities looked at, 1200 events published once more"));
  EXPECT_TRUE(wait_until([&] { return copies() == 1'200; }, patient(seconds{30}))) << copies();
  EXPECT_EQ(tickets_of("orders"), tickets_of("tickets"));
  const auto person = marketplace_.person();
  EXPECT_EQ(person->order("017f22e2-79b0-7cc3-98c4-000000000007").status, 201);
  EXPECT_THAT(system().dead_letters(), testing::IsEmpty());
}

TEST_F(Republish, GoesOnWhereItWasAfterEverythingWasKilled) {
  const int count = 20'000 / (scaled(10) < 10 ? 4 : 1);
  make_old_tickets(count);
  admin_.start({"events", "republish", "tickets"});
  const auto events = [&] {
    const auto rows = system().query("tickets", "SELECT events FROM republications");
    return rows.empty() ? 0 : std::stoi(rows[0][0].value());
  };
  ASSERT_TRUE(wait_until([&] { return events() >= 500; }, patient(seconds{30}),
                         std::chrono::milliseconds{1}));
  system().kill();
  const int half = events();
  EXPECT_LT(half, count);
  system().start();
  EXPECT_TRUE(wait_until(
      [&] {
        return number("tickets", "SELECT count(*) FROM republications WHERE status = 'done'");
      },
      patient(seconds{90})));
  EXPECT_EQ(events(), count) << "each once, of which " << half << " before the kill";
  EXPECT_EQ(number("tickets", "SELECT count(*) FROM outbox WHERE original <> ''"), count);
  EXPECT_TRUE(wait_until([&] { return copies() == count; }, patient(seconds{60}))) << copies();
  EXPECT_EQ(tickets_of("orders"), tickets_of("tickets"));
}

TEST_F(Republish, ExplainsWhatIsWrongWithARequest) {
  const AdminAnswer unknown = admin_.run({"events", "republish", "tikets"});
  EXPECT_EQ(unknown.code, 1) << unknown.text;
  EXPECT_THAT(unknown.text,
              testing::AnyOf(HasSubstr("No service tikets publishes entities. Those that do are"),
                             HasSubstr("no service tikets has answered: is this the name")));
  for (const char* time : {"yesterday", "2999-01-01", "2026-13-01", "7w", "-1h"}) {
    const AdminAnswer wrong =
        admin_.run({"events", "republish", "tickets", std::string("--since=") + time});
    EXPECT_NE(wrong.code, 0);
    EXPECT_THAT(wrong.text,
                HasSubstr(fmt::format("must be a time in the past, such as 2026-11-01T08:00:00Z, "
                                      "2026-11-01, 12h or 7d; \"{}\" is none",
                                      time)));
  }
  EXPECT_EQ(number("tickets", "SELECT count(*) FROM republications"), 0);
  const AdminAnswer none = admin_.run({"events", "republish", "tickets", "--since", "1h"});
  EXPECT_EQ(none.code, 0) << none.text;
}

// A ticket.created that orders could not apply, for a reason that is over.
class DeadLetters : public Republish {
 protected:
  static constexpr const char* ticket_id = "017f22e2-79b0-7cc3-98c4-000000000001";
  static constexpr const char* event_id = "017f22e2-79b1-7cc3-98c4-000000000001";

  void make_letter(const std::string& payload) {
    const bus::Event event{.id = event_id,
                           .subject = "ticket.created",
                           .source = "tickets",
                           .payload = payload,
                           .context = {},
                           .time = from_millis(1'645'557'742'000)};
    if (auto* distributed = dynamic_cast<DistributedSystem*>(&system())) {
      NatsConsole console(distributed->servers().nats.url("operator"));
      console.publish_dead_letter(event, "orders", "out of order");
      return;
    }
    EXPECT_EQ(system().stop(), 0);
    system().execute(
        "bus",
        fmt::format("INSERT INTO dead_letters (consumer, event_id, subject, source, payload, "
                    "traceparent, created_at, reason, failed_at) VALUES ('orders', '{}', "
                    "'{}', 'tickets', '{}', '', 1645557742000, 'out of order', 1)",
                    event.id, event.subject, payload));
    system().start();
  }
  static std::string ticket_created() {
    return fmt::format(R"({{"id":"{}","version":0,"title":"Row 7","price":20,"userId":"s"}})",
                       ticket_id);
  }
  std::string listed() {
    const AdminAnswer list = admin_.run({"dead-letters", "list", "--payload"});
    EXPECT_EQ(list.code, 0) << list.text;
    return list.text;
  }
};

TEST_F(DeadLetters, AreListedAndReplayed) {
  EXPECT_EQ(listed(), "");
  make_letter(ticket_created());
  const std::string letter = listed();
  EXPECT_THAT(letter, HasSubstr(R"("consumer":"orders")"));
  EXPECT_THAT(letter, HasSubstr(R"("reason":"out of order")"));
  EXPECT_THAT(letter, HasSubstr(ticket_id));
  ASSERT_EQ(copies(), 0);
  const AdminAnswer replay = admin_.run({"dead-letters", "replay", "--all", "--unproven"});
  EXPECT_EQ(replay.code, 0) << replay.text;
  EXPECT_TRUE(wait_until([&] { return copies() == 1; }, patient(seconds{20})));
  EXPECT_EQ(listed(), "");
}

TEST_F(DeadLetters, ThatFailAgainStayWithTheirReason) {
  make_letter("{}");
  // NATS takes the event, and its listener gives it up once more; one process answers why at once.
  const AdminAnswer replay = admin_.run({"dead-letters", "replay", "--all", "--unproven"});
  std::string known = replay.text;
  EXPECT_TRUE(wait_until(
      [&] {
        const std::string letters = listed();
        known += letters;
        return !letters.empty() && known.find("is required") != std::string::npos;
      },
      patient(seconds{20}), std::chrono::milliseconds{200}))
      << known;
  EXPECT_EQ(copies(), 0);
}

TEST_F(DeadLetters, ThatDoNotExistAreNotReplayed) {
  for (const char* letter : {"7", "orders/017f22e2-79b1-7cc3-98c4-000000000009", "nonsense"}) {
    const AdminAnswer answer = admin_.run({"dead-letters", "replay", letter});
    EXPECT_NE(answer.code, 0);
    EXPECT_THAT(answer.text, testing::AnyOf(HasSubstr("There is no such dead letter"),
                                            HasSubstr("is no letter that list prints"),
                                            HasSubstr("is no sequence that list prints")));
  }
}

}  // namespace
}  // namespace ticketing::system
