// Two replicas of shows on one PostgreSQL change the same shows at the same moment (I19, I20, I21).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "postgres/races.hpp"
#include "postgres/shows_service.hpp"

namespace ticketing::shows {
namespace {

using testing::ElementsAre;

class ShowRaces : public servers::PostgresRaces {
 protected:
  ShowRaces() {
    for (const char* name : {"first", "second"}) {
      replicas_.push_back(
          std::make_unique<ShowsService>(io_.get_executor(), folder_.file(name), open_database()));
    }
  }

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

 private:
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
