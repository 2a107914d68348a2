// Two replicas of shows on one PostgreSQL change the same shows at the same moment (I19, I20, I21).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <memory>
#include <random>

#include "common/db/postgres/postgres_database.hpp"
#include "fixtures/run_task.hpp"
#include "postgres/shows_service.hpp"
#include "servers/postgres_client.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::shows {
namespace {

using testing::ElementsAre;

// A writer waits for as long as the test keeps it, also on a slow machine.
const db::PostgresSettings patient{.url = {},
                                   .queue_timeout = Milliseconds{60'000},
                                   .answer_timeout = Milliseconds{60'000},
                                   .statement_timeout = Milliseconds{50'000},
                                   .lock_timeout = Milliseconds{50'000}};

class ShowRaces : public testing::Test {
 protected:
  ShowRaces() {
    const auto open = [this](const std::string&, const db::Migrations& migrations) {
      db::PostgresSettings settings = patient;
      settings.url = url_;
      return db::open_postgres(io_.get_executor(), settings, migrations);
    };
    for (const char* name : {"first", "second"}) {
      replicas_.push_back(
          std::make_unique<ShowsService>(io_.get_executor(), folder_.file(name), open));
    }
  }

  static void SetUpTestSuite() { server = std::make_unique<servers::PostgresServer>(); }
  static void TearDownTestSuite() { server.reset(); }

  inline static std::unique_ptr<servers::PostgresServer> server;

  Operations& replica(std::size_t index) { return replicas_[index]->operations(); }

  CreateShow request_of(const std::string& name, const std::string& venue = "Hall",
                        const std::string& city = "Graz") const {
    return {.details = details(name),
            .venue = {.name = venue, .city = city, .country = "AT", .time_zone = "Europe/Vienna"},
            .user_id = "maker"};
  }
  std::string make(const CreateShow& request) {
    return run_task(io_, replica(0).create_show(request)).value().show.id;
  }
  std::string make(const std::string& name) { return make(request_of(name)); }
  ShowDetails details(const std::string& name) const {
    return {.name = name, .starts_at = now_ + std::chrono::hours{48}};
  }
  UpdateShow rename(const std::string& id, const std::string& name) const {
    return {.id = id, .details = details(name), .user_id = "maker"};
  }

  std::size_t found_by(const std::string& text) {
    return run_task(io_, replica(0).find_shows({.text = text, .now = now_})).items.size();
  }

  // What a task answers: "done", or the slug of the refusal.
  template <class Result>
  static Task<std::string> answer_of(Task<Result> task) {
    const Result result = co_await std::move(task);
    co_return result ? "done" : std::string(result.error().slug.name());
  }

  // Runs all of them at once, and gives what they answered. Throws what one of them throws.
  std::vector<std::string> run_all(std::vector<Task<std::string>> tasks) {
    std::vector<Answer> answers(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) start(std::move(tasks[i]), answers[i]);
    run_until([&] { return std::ranges::all_of(answers, &Answer::has_ended); });
    return texts_of(answers);
  }

  // What both answered, of which the second begins when the first has written everything and has
  // not committed yet. The outbox is the last that a change writes: while it is locked, none
  // commits.
  template <class First, class Second>
  std::vector<std::string> one_while_other(Task<First> first, Task<Second> second) {
    std::vector<Answer> answers(2);
    Answer &one = answers[0], &other = answers[1];
    holder_.run("BEGIN");
    holder_.run("LOCK TABLE outbox IN SHARE MODE");
    start(answer_of(std::move(first)), one);
    run_until([&] { return one.has_ended || waiting_writers() == 1; });
    start(answer_of(std::move(second)), other);
    run_until([&] { return other.has_ended || waiting_writers() == 2; });
    EXPECT_FALSE(one.has_ended) << "it wrote nothing";
    holder_.run("COMMIT");
    run_until([&] { return one.has_ended && other.has_ended; });
    return texts_of(answers);
  }

  int count(const std::string& condition) {
    const auto rows = holder_.run("SELECT count(*) FROM " + condition);
    return std::stoi(rows.at(0).at(0).value());
  }

 private:
  struct Answer {
    std::string text;
    std::exception_ptr failure;
    bool has_ended = false;
  };

  void start(Task<std::string> task, Answer& answer) {
    asio::co_spawn(io_, std::move(task), [&answer](std::exception_ptr failure, std::string text) {
      answer = {.text = std::move(text), .failure = failure, .has_ended = true};
    });
  }
  static std::vector<std::string> texts_of(const std::vector<Answer>& answers) {
    std::vector<std::string> texts;
    for (const Answer& answer : answers) {
      if (answer.failure) std::rethrow_exception(answer.failure);
      texts.push_back(answer.text);
    }
    return texts;
  }
  template <class Condition>
  void run_until(const Condition& is_met) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{45};
    while (!is_met()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("a writer neither waits nor ends");
      io_.restart();
      io_.run_for(std::chrono::milliseconds{2});
    }
  }
  int waiting_writers() { return count("pg_locks WHERE NOT granted"); }

  const std::string url_ = server->make_database();
  servers::PostgresClient holder_{url_};
  TemporaryFolder folder_;
  asio::io_context io_;
  const Timestamp now_ = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
  std::vector<std::unique_ptr<ShowsService>> replicas_;
};

TEST_F(ShowRaces, OneOfTwoChangesIntoTheSameShowIsRefused) {
  const std::string one = make("One"), two = make("Two");
  EXPECT_THAT(one_while_other(replica(0).update_show(rename(one, "Both")),
                              replica(1).update_show(rename(two, "Both"))),
              ElementsAre("done", "show_exists"));
}

TEST_F(ShowRaces, AShowThatIsMadeWhileAnotherBecomesTheSameIsThatOne) {
  const std::string one = make("One");
  EXPECT_THAT(one_while_other(replica(0).update_show(rename(one, "Both")),
                              replica(1).create_show(request_of("Both"))),
              ElementsAre("done", "done"));
  EXPECT_EQ(count("shows"), 1);
}

TEST_F(ShowRaces, AChangeIntoAShowThatIsMadeNowIsRefused) {
  const std::string one = make("One");
  EXPECT_THAT(one_while_other(replica(0).create_show(request_of("Both")),
                              replica(1).update_show(rename(one, "Both"))),
              ElementsAre("done", "show_exists"));
  EXPECT_EQ(count("shows WHERE name = 'Both'"), 1);
}

TEST_F(ShowRaces, AShowThatStandsForOthersIsNotMerged) {
  for (const bool in_a_circle : {true, false}) {
    const std::string of = fmt::format(" {}", in_a_circle);
    const std::string one = make("One" + of), two = make("Two" + of), three = make("Three" + of);
    EXPECT_THAT(
        one_while_other(replica(0).merge_shows({.id = one, .into_id = two}),
                        replica(1).merge_shows({.id = two, .into_id = in_a_circle ? one : three})),
        ElementsAre("done", "show_not_merged"));
  }
}

// The two shows have this word in common and nothing else that both lock.
TEST_F(ShowRaces, AWordIsKeptThatOneShowLosesWhileAnotherGetsIt) {
  make(request_of("Known", "Stage", "Linz"));
  const std::string one = make("Zebrafinch");
  EXPECT_THAT(
      one_while_other(replica(1).create_show(request_of("Second zebrafinch", "Stage", "Linz")),
                      replica(0).update_show(rename(one, "Renamed"))),
      ElementsAre("done", "done"));
  EXPECT_EQ(found_by("zerbafinch"), 1U);
}

TEST_F(ShowRaces, AWordIsKeptThatOneShowGetsWhileAnotherLosesIt) {
  make(request_of("Known", "Stage", "Linz"));
  const std::string one = make("Zebrafinch");
  EXPECT_THAT(
      one_while_other(replica(0).update_show(rename(one, "Renamed")),
                      replica(1).create_show(request_of("Second zebrafinch", "Stage", "Linz"))),
      ElementsAre("done", "done"));
  EXPECT_EQ(found_by("zerbafinch"), 1U);
}

TEST_F(ShowRaces, AWordThatTwoShowsLoseAtOnceIsForgotten) {
  const std::string one = make("Zebrafinch");
  const std::string two = make(request_of("Second zebrafinch", "Stage", "Linz"));
  EXPECT_THAT(one_while_other(replica(0).update_show(rename(one, "Renamed")),
                              replica(1).update_show(rename(two, "Changed"))),
              ElementsAre("done", "done"));
  const std::string unused =
      " w WHERE NOT EXISTS (SELECT 1 FROM show_terms t WHERE t.term = w.term)";
  EXPECT_EQ(count("words" + unused), 0);
  EXPECT_EQ(count("word_trigrams" + unused), 0);
}

Task<std::string> follow(Operations& operations, TicketCopy ticket) {
  co_await operations.follow_ticket(std::move(ticket));
  co_return "done";
}

// Each replica gets each event, in an order of its own; they never wait for each other in a circle.
TEST_F(ShowRaces, CountsAreThoseOfTheTicketsAfterEventsAndMerges) {
  std::mt19937 random(5);
  for (int i = 0; i < 5; ++i) {
    const std::vector<std::string> shows{make(fmt::format("One {}", i)),
                                         make(fmt::format("Two {}", i)),
                                         make(fmt::format("Three {}", i))};
    std::vector<Task<std::string>> tasks;
    for (std::size_t ticket = 0; ticket < 8; ++ticket) {
      for (int version = 0; version < 3; ++version) {
        const TicketCopy event{.id = fmt::format("ticket {} {}", i, ticket),
                               .version = version,
                               .show_id = shows[ticket % 3],
                               .price = Money{1 + static_cast<std::int64_t>(random() % 5)},
                               .status = static_cast<TicketStatus>(random() % 3)};
        for (const std::size_t at : {0U, 1U}) tasks.push_back(follow(replica(at), event));
      }
    }
    tasks.push_back(answer_of(replica(0).merge_shows({.id = shows[0], .into_id = shows[1]})));
    tasks.push_back(answer_of(replica(1).merge_shows({.id = shows[2], .into_id = shows[1]})));
    std::ranges::shuffle(tasks, random);
    EXPECT_THAT(run_all(std::move(tasks)), testing::Each("done"));
  }
  EXPECT_EQ(count("tickets WHERE version = 2"), 40);
  EXPECT_EQ(server->count_in_log("deadlock detected"), 0);
  EXPECT_EQ(count("shows s WHERE (s.tickets_available, coalesce(s.price_from_cents, 0)) <> "
                  "(SELECT count(*), coalesce(min(t.price_cents), 0) FROM tickets t JOIN shows a "
                  "ON a.id = t.show_id WHERE t.status = 'available' AND s.merged_into IS NULL AND "
                  "s.id = coalesce(a.merged_into, a.id)) AND s.merged_into IS NULL"),
            0);
}

}  // namespace
}  // namespace ticketing::shows
