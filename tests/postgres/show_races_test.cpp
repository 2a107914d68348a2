// Two replicas of shows on one PostgreSQL change the same shows at the same moment (I19, I21).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <memory>

#include "common/db/postgres/postgres_database.hpp"
#include "fixtures/run_task.hpp"
#include "postgres/shows_service.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::shows {
namespace {

using testing::UnorderedElementsAre;

constexpr int rounds = 15;

class ShowRaces : public testing::Test {
 protected:
  ShowRaces() {
    const auto open = [this](const std::string&, const db::Migrations& migrations) {
      return db::open_postgres(io_.get_executor(), {.url = url_}, migrations);
    };
    for (const char* name : {"first", "second"}) {
      replicas_.push_back(
          std::make_unique<ShowsService>(io_.get_executor(), folder_.file(name), open));
    }
  }

  Operations& replica(std::size_t index) { return replicas_[index]->operations(); }

  CreateShow request_of(const std::string& name) const {
    return {
        .details = details(name),
        .venue = {.name = "Hall", .city = "Graz", .country = "AT", .time_zone = "Europe/Vienna"},
        .user_id = "maker"};
  }
  std::string make(const std::string& name) {
    return run_task(io_, replica(0).create_show(request_of(name))).value().show.id;
  }
  ShowDetails details(const std::string& name) const {
    return {.name = name, .starts_at = now_ + std::chrono::hours{48}};
  }
  UpdateShow rename(const std::string& id, const std::string& name) const {
    return {.id = id, .details = details(name), .user_id = "maker"};
  }

  // What both answered: "done", or the slug of the refusal. Throws what a task throws.
  template <class Result>
  static Task<std::string> answer_of(Task<Result> task) {
    const Result result = co_await std::move(task);
    co_return result ? "done" : std::string(result.error().slug.name());
  }
  template <class First, class Second>
  std::vector<std::string> both(Task<First> first, Task<Second> second) {
    std::vector<std::string> answers;
    std::exception_ptr failure;
    int ended = 0;
    const auto note = [&](std::exception_ptr error, std::string answer) {
      ++ended;
      if (error) failure = error;
      answers.push_back(std::move(answer));
    };
    asio::co_spawn(io_, answer_of(std::move(first)), note);
    asio::co_spawn(io_, answer_of(std::move(second)), note);
    io_.restart();
    while (ended < 2 && io_.run_one() > 0) continue;
    if (failure) std::rethrow_exception(failure);
    return answers;
  }

  int count(const std::string& condition) {
    return std::stoi(server_.run_sql(database_, "SELECT count(*) FROM " + condition));
  }

  servers::PostgresServer server_;
  const std::string url_ = server_.make_database();
  const std::string database_ =
      url_.substr(url_.rfind('/') + 1, url_.find('?') - url_.rfind('/') - 1);
  TemporaryFolder folder_;
  asio::io_context io_;
  const Timestamp now_ = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
  std::vector<std::unique_ptr<ShowsService>> replicas_;
};

TEST_F(ShowRaces, OneOfTwoChangesIntoTheSameShowIsRefused) {
  for (int i = 0; i < rounds; ++i) {
    const std::string one = make(fmt::format("One {}", i)), two = make(fmt::format("Two {}", i));
    const std::string name = fmt::format("Both {}", i);
    EXPECT_THAT(
        both(replica(0).update_show(rename(one, name)), replica(1).update_show(rename(two, name))),
        UnorderedElementsAre("done", "show_exists"));
  }
}

TEST_F(ShowRaces, AChangeIntoAShowThatIsMadeNowIsRefusedOrTheShowIsGiven) {
  for (int i = 0; i < rounds; ++i) {
    const std::string one = make(fmt::format("One {}", i));
    const std::string name = fmt::format("Both {}", i);
    const auto answers =
        both(replica(0).update_show(rename(one, name)), replica(1).create_show(request_of(name)));
    EXPECT_THAT(answers, testing::AnyOf(UnorderedElementsAre("done", "done"),
                                        UnorderedElementsAre("done", "show_exists")));
    EXPECT_EQ(count(fmt::format("shows WHERE name = 'Both {}'", i)), 1);
  }
}

TEST_F(ShowRaces, AShowThatStandsForOthersIsNotMerged) {
  for (int i = 0; i < rounds; ++i) {
    const std::string one = make(fmt::format("One {}", i)), two = make(fmt::format("Two {}", i)),
                      three = make(fmt::format("Three {}", i));
    const bool in_a_circle = i % 2 == 0;
    EXPECT_THAT(both(replica(0).merge_shows({.id = one, .into_id = two}),
                     replica(1).merge_shows({.id = two, .into_id = in_a_circle ? one : three})),
                UnorderedElementsAre("done", "show_not_merged"));
  }
  EXPECT_EQ(count("shows s JOIN shows o ON s.merged_into = o.id WHERE o.merged_into IS NOT NULL"),
            0);
}

std::string word_of(int round) {
  return fmt::format("zebra{:c}{:c}finch", 'a' + round / 26, 'a' + round % 26);
}

TEST_F(ShowRaces, WordsAreKeptWhileAShowHasThem) {
  for (int i = 0; i < rounds; ++i) {
    const std::string one = make(word_of(i));
    both(replica(0).update_show(rename(one, fmt::format("Other {}", i))),
         replica(1).create_show(request_of("Live " + word_of(i))));
    std::string mistyped = word_of(i);
    std::swap(mistyped[2], mistyped[3]);
    const auto found = run_task(io_, replica(0).find_shows({.text = mistyped, .now = now_}));
    EXPECT_EQ(found.items.size(), 1U) << mistyped;
  }
  const std::string unused =
      " w WHERE NOT EXISTS (SELECT 1 FROM show_terms t WHERE t.term = w.term)";
  EXPECT_EQ(count("words" + unused), 0);
  EXPECT_EQ(count("word_trigrams" + unused), 0);
}

}  // namespace
}  // namespace ticketing::shows
