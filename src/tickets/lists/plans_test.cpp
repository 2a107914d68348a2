// What lists read: with very many tickets, a list that reads those of other shows or sellers takes
// hundreds of times as long.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>

#include "tickets/lists/store.hpp"
#include "tickets/test_tickets.hpp"

namespace ticketing::tickets::lists {
namespace {

// How a list is read: SQLite, which has no statistics of the tables, says what it reads.
using Plan = std::vector<std::string>;

class ListPlansTest : public TicketsTest {
 protected:
  // Of the first page, of the next one and of the one before.
  std::vector<Plan> plans_of(const TicketFilter& filter, std::vector<std::string> words = {}) {
    FindTickets find{.filter = filter, .limit = 21};
    for (const terms::TermRange& range : terms::ranges_of(words))
      find.words.push_back({.range = range});
    if (filter.show_id && !filter.show_id->empty()) find.show_ids = {*filter.show_id, "merged"};
    std::vector<Plan> plans{plan_of(store::find_tickets(find))};
    find.after = Place{.price_cents = 2'000, .id = "t"};
    plans.push_back(plan_of(store::find_tickets(find)));
    plans.push_back(plan_of(store::place_after(find, 2'000)));
    find.is_back = true;
    plans.push_back(plan_of(store::find_tickets(find)));
    return plans;
  }
  // Tickets are read by this index alone, and in its order.
  void expect_index(const TicketFilter& filter, const std::string& index,
                    const std::vector<std::string>& words = {}) {
    for (const Plan& plan : plans_of(filter, words)) {
      const std::string whole = fmt::format("{}", fmt::join(plan, "\n"));
      bool is_read = false, is_whole = false;  // whether what was read has not been limited yet
      for (const std::string& step : plan) {
        if (step.starts_with("SCAN t ") || step.starts_with("SEARCH t ")) {
          EXPECT_NE(step.find(" " + index), std::string::npos) << whole;
          is_read = is_whole = true;
        }
        for (const char* limited : {"SCAN strand", "SCAN r", "SCAN d"})
          if (step.starts_with(limited)) is_whole = false;
        EXPECT_FALSE(is_whole && step.find("TEMP B-TREE") != std::string::npos) << whole;
      }
      EXPECT_TRUE(is_read) << whole;
    }
  }
  Plan plan_of(const db::Statement& list) {
    static std::deque<db::Sql> explanations;  // adapters keep statements under their addresses
    const db::Sql& explain =
        explanations.emplace_back("test_explain", "EXPLAIN QUERY PLAN " + list.sql->text());
    const auto steps = run(data_.database().query({.sql = &explain, .params = list.params}));
    Plan plan;
    for (const db::Row& step : steps.rows) plan.push_back(step.text("detail"));
    return plan;
  }
  static std::vector<TicketFilter> with_prices(const TicketFilter& filter) {
    TicketFilter priced = filter;
    priced.price_min = Money{1'000};
    priced.price_max = Money{3'000};
    return {filter, priced};
  }
  static TicketFilter with(TicketFilter filter, std::optional<TicketStatus> status,
                           bool is_by_price) {
    filter.status = status;
    filter.is_by_price = is_by_price;
    return filter;
  }
  // The list with and without prices and words.
  void expect_index_of_all(const TicketFilter& filter, const std::string& index) {
    for (const TicketFilter& priced : with_prices(filter)) {
      expect_index(priced, index);
      expect_index(priced, index, {"row", "se"});
    }
  }
};

constexpr std::optional<TicketStatus> any = std::nullopt, available = TicketStatus::available;

TEST_F(ListPlansTest, OfAllTicketsReadTheirBeginning) {
  expect_index_of_all(with({}, any, false), "tickets_listed");
  expect_index_of_all(with({}, available, false), "tickets_by_status (status=?");
  expect_index_of_all(with({}, any, true), "tickets_by_price (status=?");
  expect_index_of_all(with({}, available, true), "tickets_by_price (status=?");
}

TEST_F(ListPlansTest, OfAShowReadNoTicketsOfOthers) {
  const TicketFilter show{.show_id = "show"};
  for (const auto& status : {any, available}) {
    expect_index_of_all(with(show, status, false),
                        "tickets_of_show_by_age (show_id=? AND status=?");
    expect_index_of_all(with(show, status, true),
                        "tickets_of_show_by_status (show_id=? AND status=?");
  }
}

TEST_F(ListPlansTest, OfNoShowReadNoTicketsOfShows) {
  const TicketFilter none{.show_id = ""};
  for (const auto& status : {any, available}) {
    expect_index_of_all(with(none, status, false), "tickets_of_no_show (status=?");
    expect_index_of_all(with(none, status, true), "tickets_of_no_show_by_price (status=?");
  }
}

TEST_F(ListPlansTest, OfASellerReadNoTicketsOfOthers) {
  const TicketFilter own{.seller_id = "seller"};
  for (const auto& status : {any, available}) {
    expect_index_of_all(with(own, status, false), "tickets_by_seller (user_id=?");
    expect_index_of_all(with(own, status, true),
                        "tickets_by_seller_and_price (user_id=? AND status=?");
  }
}

// By price, the tickets of one show that the seller has listed are sorted.
TEST_F(ListPlansTest, OfASellersTicketsOfAShowReadNoOthers) {
  for (const char* show : {"show", ""}) {
    const TicketFilter own{.seller_id = "seller", .show_id = show};
    for (const auto& status : {any, available}) {
      for (const bool by_price : {false, true}) {
        for (const TicketFilter& filter : with_prices(with(own, status, by_price))) {
          for (const Plan& plan : plans_of(filter)) {
            for (const std::string& step : plan) {
              if (!step.starts_with("SCAN t ") && !step.starts_with("SEARCH t ")) continue;
              EXPECT_NE(step.find("tickets_by_seller_and_show (user_id=? AND show_id=?"),
                        std::string::npos)
                  << step;
            }
          }
        }
      }
    }
  }
}

// A search that compares many tickets with its words reads only those that match.
TEST_F(ListPlansTest, OfAllTicketsCompareWhatTheIndexHas) {
  for (const bool by_price : {false, true}) {
    for (const auto& status : {any, available}) {
      for (const TicketFilter& filter : with_prices(with({}, status, by_price))) {
        for (const Plan& plan : plans_of(filter, {"row", "se"})) {
          for (const std::string& step : plan) {
            if (step.starts_with("SEARCH t ") || step.starts_with("SCAN t "))
              EXPECT_NE(step.find("USING COVERING INDEX"), std::string::npos) << step;
          }
        }
      }
    }
  }
}

TEST_F(ListPlansTest, OfAWordInOrderReadItsTicketsInTheOrderOfTheList) {
  for (const bool by_price : {false, true}) {
    for (const TicketFilter& filter : with_prices(with({}, available, by_price))) {
      const std::string title = by_price ? "SEARCH k USING COVERING INDEX ticket_terms_by_price "
                                           "(term=?"
                                         : "SEARCH k USING COVERING INDEX ticket_terms_by_age "
                                           "(term=?",
                        show = by_price ? "tickets_of_show_by_status (show_id=? AND status=?"
                                        : "tickets_of_show_by_age (show_id=? AND status=?";
      FindTickets find{.filter = filter, .limit = 21, .start = Start::word_in_order};
      for (const terms::TermRange& range : terms::ranges_of({"row", "se"}))
        find.words.push_back({.range = range});
      find.words[0].title_terms = {"row"};
      const std::string alone =
          fmt::format("{}", fmt::join(plan_of(store::find_tickets(find)), "\n"));
      EXPECT_NE(alone.find(title), std::string::npos) << alone;
      EXPECT_NE(alone.find(" (id=?"), std::string::npos) << alone;
      find.words[0].show_ids = {"show"};
      const std::string both =
          fmt::format("{}", fmt::join(plan_of(store::find_tickets(find)), "\n"));
      EXPECT_NE(both.find(title), std::string::npos) << both;
      EXPECT_NE(both.find(show), std::string::npos) << both;
    }
  }
}

// A rare word, or a rare price: only its tickets are read.
TEST_F(ListPlansTest, OfARareWordReadTheTicketsThatHaveIt) {
  for (const bool by_price : {false, true}) {
    TicketFilter filter{.is_by_price = by_price, .price_min = Money{1'000}};
    FindTickets find{.filter = filter, .limit = 21, .start = Start::rare_word};
    for (const terms::TermRange& range : terms::ranges_of({"row", "se"}))
      find.words.push_back({.range = range});
    const std::string by_word =
        fmt::format("{}", fmt::join(plan_of(store::find_tickets(find)), "\n"));
    for (const char* part :
         {" ticket_terms_by_", "show_terms_by_term (term=?", "SEARCH k USING ", "SEARCH t USING "})
      EXPECT_NE(by_word.find(part), std::string::npos) << part << "\n" << by_word;
    EXPECT_EQ(by_word.find("SCAN t "), std::string::npos) << by_word;
    EXPECT_NE(by_word.find(" (id=?"), std::string::npos) << by_word;
    EXPECT_EQ(by_word.find("SCAN k"), std::string::npos) << by_word;
    find.start = Start::rare_price;
    const std::string by_prices =
        fmt::format("{}", fmt::join(plan_of(store::find_tickets(find)), "\n"));
    EXPECT_NE(by_prices.find("tickets_by_price (status=? AND price_cents>?"), std::string::npos)
        << by_prices;
  }
}

}  // namespace
}  // namespace ticketing::tickets::lists
