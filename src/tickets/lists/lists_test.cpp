// Which tickets a list has, in which order, page by page.
#include "tickets/lists/lists.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tickets/test_tickets.hpp"

namespace ticketing::tickets::lists {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ListsTest : public TicketsTest {
 protected:
  struct Seat {
    std::string title = "Row 7";
    std::int64_t cents = 2'000;
    std::optional<std::string> show_id{};
    std::string user_id = "seller";
  };
  std::string list(const Seat& seat) {
    const auto made =
        run(operations_.create_ticket({.details = {.title = seat.title, .price = Money{seat.cents}},
                                       .show_id = seat.show_id,
                                       .user_id = seat.user_id}));
    return made.value().value().id;
  }
  std::vector<std::string> find(const TicketFilter& filter, std::int64_t limit = 100) {
    return ids_of(run(operations_.list_tickets(filter, {.limit = limit})));
  }
  std::vector<std::string> find(const std::string& text) {
    return find(TicketFilter{.text = text});
  }
  struct Read {
    std::vector<std::string> forth;  // page by page to the end
    std::size_t last_page = 0;
    std::vector<std::string> back;  // from there to the beginning, without the last page
  };
  Read read(Lists& lists, const TicketFilter& filter, std::int64_t limit) {
    Read found;
    PageQuery query{.limit = limit};
    Page<Ticket> page;
    for (int i = 0; i < pages_max; ++i) {
      page = run(lists.read(filter, query));
      for (const Ticket& ticket : page.items) found.forth.push_back(ticket.id);
      if (!page.next) break;
      query.cursor = page.next;
    }
    found.last_page = page.items.size();
    for (int i = 0; i < pages_max && page.previous; ++i) {
      query.cursor = page.previous;
      page = run(lists.read(filter, query));
      for (auto ticket = page.items.rbegin(); ticket != page.items.rend(); ++ticket)
        found.back.push_back(ticket->id);
    }
    return found;
  }
  static constexpr int pages_max = 200;
  Lists lists_{data_.database()};
  // Reads as it does where very many tickets are.
  Lists frugal_{data_.database(), {.few = 2, .compared = 12, .read = 12, .terms = 1, .shows = 2}};
  // Finds words in any list.
  Lists in_order_{data_.database(), {.few = 2, .compared = 42, .read = 42}};
};

TEST_F(ListsTest, FindByTheWordsOfTheTitleAndOfTheShow) {
  const std::string show = shows_.make("Mötley Crüe live");
  const std::string seat = list({.title = "Balkon, Reihe 7", .show_id = show}),
                    other = list({.title = "AC/DC Łódź"});
  EXPECT_THAT(find("balkon"), ElementsAre(seat));
  EXPECT_THAT(find("MOTLEY balk"), ElementsAre(seat)) << "one word is the show's";
  EXPECT_THAT(find("reihe live"), ElementsAre(seat));
  for (const char* spelling : {"acdc", "ac/dc", "lodz acd", "ac-dc lo"})
    EXPECT_THAT(find(spelling), ElementsAre(other)) << spelling;
  EXPECT_THAT(find("balk reihe"), IsEmpty()) << "only the last word may be a beginning";
  EXPECT_THAT(find("balkon lodz"), IsEmpty()) << "all words have to match";
  EXPECT_THAT(find("  "), ElementsAre(other, seat));
}

TEST_F(ListsTest, FollowTheTitleAndTheNameOfTheShow) {
  const std::string show = shows_.make("Opera");
  const std::string id = list({.title = "Row 7", .show_id = show});
  ASSERT_TRUE(update(id));  // to "Row 8"
  EXPECT_THAT(find("row 8"), ElementsAre(id));
  EXPECT_THAT(find("7"), IsEmpty());
  shows_.rename(show, "Die Oper", 2);
  shows_.rename(show, "Late", 1);
  EXPECT_THAT(find("oper"), ElementsAre(id));
  EXPECT_THAT(find("opera"), IsEmpty());
  EXPECT_THAT(find("late"), IsEmpty());
  orders_.make(id);
  EXPECT_THAT(find("row oper"), ElementsAre(id)) << "reserved";
}

TEST_F(ListsTest, CombineAllThatTheyAreAskedFor) {
  const std::string show = shows_.make("Opera"), other = shows_.make("Ballet");
  const std::string dear = list({.title = "Box", .cents = 9'000, .show_id = show}),
                    cheap = list({.title = "Box", .cents = 1'000, .show_id = show}),
                    foreign = list({.title = "Box", .cents = 500, .show_id = show, .user_id = "x"}),
                    none = list({.title = "Box", .cents = 2'000});
  list({.title = "Box", .cents = 1'000, .show_id = other, .user_id = "x"});
  list({.title = "Stalls", .cents = 1'000, .show_id = show});
  orders_.make(dear);
  TicketFilter own{.seller_id = "seller", .show_id = show, .is_by_price = true, .text = "box"};
  EXPECT_THAT(find(own), ElementsAre(cheap, dear));
  own.status = TicketStatus::reserved;
  EXPECT_THAT(find(own), ElementsAre(dear));
  own.status.reset();
  own.price_max = Money{1'000};
  EXPECT_THAT(find(own), ElementsAre(cheap));
  own.show_id.reset();
  own.price_max.reset();
  EXPECT_THAT(find(own), ElementsAre(cheap, none, dear));
  own.show_id = "";
  EXPECT_THAT(find(own), ElementsAre(none));
  const TicketFilter all{.show_id = show, .is_by_price = true, .text = "opera box"};
  EXPECT_THAT(find(all), ElementsAre(foreign, cheap, dear));
  EXPECT_THAT(find(TicketFilter{.price_min = Money{9'000}}), ElementsAre(dear));
  EXPECT_THAT(find(TicketFilter{.price_min = Money{9'001}}), IsEmpty());
}

// The page of a show that stands for others has the tickets of them all, also by the old address.
TEST_F(ListsTest, OfAShowHaveTheTicketsOfThoseMergedIntoIt) {
  const std::string id = shows_.make("Opera"), into = shows_.make("Die Oper"),
                    apart = shows_.make();
  const std::string first = list({.cents = 3'000, .show_id = id}),
                    second = list({.cents = 1'000, .show_id = into}),
                    third = list({.cents = 2'000, .show_id = id});
  list({.show_id = apart});
  EXPECT_THAT(find(TicketFilter{.show_id = into}), ElementsAre(second));
  shows_.merge(id, into);
  orders_.make(third);
  for (const std::string& show : {id, into}) {
    EXPECT_THAT(find(TicketFilter{.show_id = show}), ElementsAre(third, second, first));
    EXPECT_THAT(find(TicketFilter{.show_id = show, .is_by_price = true}),
                ElementsAre(second, third, first));
    EXPECT_THAT(find(TicketFilter{.status = TicketStatus::available, .show_id = show}),
                ElementsAre(second, first));
    EXPECT_THAT(find(TicketFilter{.seller_id = "seller", .show_id = show, .text = "oper"}),
                ElementsAre(third, second, first));
    const Read pages = read(lists_, {.show_id = show, .is_by_price = true}, 1);
    EXPECT_THAT(pages.forth, ElementsAre(second, third, first));
    EXPECT_THAT(pages.back, ElementsAre(third, second));
  }
  EXPECT_THAT(find("die oper"), ElementsAre(third, second, first));
}

// Each list against a plain reading of all tickets, on pages of all sizes, forth and back.
class AllListsTest : public ListsTest {
 protected:
  AllListsTest() {
    shows_.merge(third_, first_);
    const std::vector<std::string> titles{"Box", "Box seat", "Stalls"}, of{first_, second_, third_};
    for (int i = 0; i < 60; ++i) {
      Seat seat{.title = titles[random_() % titles.size()],
                .cents = 1'000 + static_cast<std::int64_t>(random_() % 5) * 500,
                .user_id = random_() % 2 == 0 ? "seller" : "other"};
      if (random_() % 4 != 0) seat.show_id = of[random_() % of.size()];
      const std::string id = list(seat);
      if (random_() % 4 == 0) orders_.make(id);
    }
    all_ = run(operations_.list_tickets({}, {.limit = 100})).items;
  }

  bool is_opera(const Ticket& ticket) const {
    return ticket.show_id == first_ || ticket.show_id == third_;
  }
  bool is_of_show(const TicketFilter& filter, const Ticket& ticket) const {
    if (!filter.show_id) return true;
    if (filter.show_id->empty()) return !ticket.show_id;
    return *filter.show_id == first_ ? is_opera(ticket) : ticket.show_id == filter.show_id;
  }
  // The ids of what the list has, in its order. The only search is for "box op".
  std::vector<std::string> expected(const TicketFilter& filter) const {
    std::vector<Ticket> found;
    for (const Ticket& ticket : all_) {
      if (is_of_show(filter, ticket) &&
          (filter.text.empty() || (ticket.title.starts_with("Box") && is_opera(ticket))) &&
          (!filter.status || ticket.status == *filter.status) &&
          (!filter.seller_id || ticket.user_id == *filter.seller_id) &&
          (!filter.price_min || ticket.price >= *filter.price_min) &&
          (!filter.price_max || ticket.price <= *filter.price_max))
        found.push_back(ticket);
    }
    if (filter.is_by_price) {
      std::ranges::sort(found, {},
                        [](const Ticket& ticket) { return std::pair(ticket.price, ticket.id); });
    }
    return ids_of({.items = found});
  }
  // All combinations, some of them with one value drawn from several.
  std::vector<TicketFilter> filters() {
    std::vector<TicketFilter> all;
    for (unsigned choice = 0; choice < 64; ++choice) {
      TicketFilter filter;
      if (choice & 1U)
        filter.status = random_() % 2 == 0 ? TicketStatus::available : TicketStatus::reserved;
      if (choice & 2U) filter.seller_id = "seller";
      if (choice & 4U)
        filter.show_id = std::vector<std::string>{first_, second_, ""}[random_() % 3];
      filter.is_by_price = choice & 8U;
      if (choice & 16U) filter.text = "box op";
      if (choice & 32U) filter.price_min = Money{1'500};
      if (choice & 32U && random_() % 2 == 0) filter.price_max = Money{2'500};
      all.push_back(filter);
    }
    return all;
  }

  std::mt19937 random_{5};
  const std::string first_ = shows_.make("Opera"), second_ = shows_.make("Ballet"),
                    third_ = shows_.make("Opera Ball");
  std::vector<Ticket> all_;
};

TEST_F(AllListsTest, ArePagesOfWhatAPlainReadingFinds) {
  ASSERT_EQ(all_.size(), 60U);
  std::size_t found = 0;
  for (const TicketFilter& filter : filters()) {
    const auto ids = expected(filter);
    found += ids.size();
    for (Lists* lists : {&lists_, &frugal_, &in_order_}) {
      const Read pages = read(*lists, filter, 1 + static_cast<std::int64_t>(random_() % 7));
      EXPECT_EQ(pages.forth, ids);
      if (pages.last_page == 0) continue;  // no item, no way back
      std::vector<std::string> before(ids.begin(), ids.end() - static_cast<long>(pages.last_page));
      std::ranges::reverse(before);
      EXPECT_EQ(pages.back, before);
    }
  }
  EXPECT_GT(found, 200U);
}

// Where tickets that match are far apart, a page ends where the reading has come to.
TEST_F(ListsTest, ReadOnWhereASearchHasNotComeToItsEnd) {
  std::vector<std::string> old;
  for (const char* title : {"Box", "Bow", "Box"}) old.insert(old.begin(), list({.title = title}));
  for (int i = 0; i < 12; ++i) list({.title = "Stalls", .cents = 1'000});
  for (const TicketFilter& filter :
       {TicketFilter{.text = "bo"}, TicketFilter{.price_min = Money{2'000}}}) {
    const auto first = run(frugal_.read(filter, {.limit = 2}));
    EXPECT_THAT(first.items, IsEmpty());
    ASSERT_TRUE(first.next);
    const auto second = run(frugal_.read(filter, {.limit = 2, .cursor = first.next}));
    EXPECT_THAT(ids_of(second), ElementsAre(old[0], old[1]));
    EXPECT_EQ(ids_of(run(lists_.read(filter, {.limit = 2}))), ids_of(second)) << "few are sorted";
  }
}

// A word that many tickets have is looked up, wherever its tickets are in the list.
TEST_F(ListsTest, ReadOnlyTheTicketsOfAWordInTheOrderOfTheList) {
  const std::string opera = shows_.make("Opera");
  std::vector<std::string> old;
  for (int i = 0; i < 4; ++i) {
    const std::string box = list({.title = "Box", .cents = 3'000 - i});
    old.insert(old.begin(), {list({.title = "Opera row", .show_id = opera}), box});
  }
  for (int i = 0; i < 60; ++i) list({.title = "Stalls row"});
  EXPECT_THAT(ids_of(run(in_order_.read({.text = "box"}, {.limit = 3}))),
              ElementsAre(old[1], old[3], old[5]));
  EXPECT_THAT(ids_of(run(in_order_.read({.is_by_price = true, .text = "box"}, {.limit = 3}))),
              ElementsAre(old[1], old[3], old[5]));
  for (const char* text : {"opera", "opera row", "row opera"}) {
    EXPECT_THAT(ids_of(run(in_order_.read({.text = text}, {.limit = 3}))),
                ElementsAre(old[0], old[2], old[4]))
        << text << ": a word of its title and of its show, found once";
  }
}

// In the order of prices, too.
TEST_F(ListsTest, FollowThePriceOfATicket) {
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(list({.title = "Row 8", .cents = 1'000 + i}));
  ASSERT_TRUE(update(ids[1]));  // to 3'000
  const TicketFilter filter{.is_by_price = true, .text = "row 8"};
  EXPECT_THAT(ids_of(run(in_order_.read(filter, {.limit = 10}))),
              ElementsAre(ids[0], ids[2], ids[3], ids[1]));
}

// What an older release listed or changed has no terms.
TEST_F(ListsTest, FindWhatAnOlderReleaseListed) {
  static const db::Sql forget_terms{"test_forget_terms", "DELETE FROM ticket_terms"};
  static const db::Sql forget_title{
      "test_forget_title",
      "UPDATE tickets SET title = 'Box', indexed_title = CASE WHEN id = $1 THEN NULL ELSE "
      "indexed_title END"};
  const std::string first = list({}), second = list({});
  run(platform_.database().write(forget_terms()));
  run(platform_.database().write(forget_title(first)));
  EXPECT_THAT(find("box"), IsEmpty());
  EXPECT_EQ(run(operations_.index_old_tickets()), 2);
  EXPECT_THAT(find("box"), ElementsAre(second, first));
  EXPECT_EQ(run(operations_.index_old_tickets()), 0);
}

// An older release does not say which price it has indexed.
TEST_F(ListsTest, FollowThePricesThatAnOlderReleaseSet) {
  static const db::Sql set_price{"test_set_price",
                                 "UPDATE tickets SET price_cents = $2 WHERE id = $1"};
  static const db::Sql forget_price{"test_forget_price",
                                    "UPDATE tickets SET indexed_price_cents = NULL WHERE id = $1"};
  static const db::Sql forget_prices{"test_forget_prices",
                                     "UPDATE ticket_terms SET price_cents = NULL WHERE "
                                     "ticket_id = $1"};
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(list({.cents = 1'000 + i}));
  run(platform_.database().write(set_price(ids[0], 9'000)));
  run(platform_.database().write(forget_price(ids[1])));
  run(platform_.database().write(forget_prices(ids[1])));
  EXPECT_EQ(run(operations_.index_old_tickets()), 2);
  const TicketFilter filter{.is_by_price = true, .text = "row 7"};
  EXPECT_THAT(ids_of(run(in_order_.read(filter, {.limit = 10}))),
              ElementsAre(ids[1], ids[2], ids[3], ids[0]));
}

TEST(Places, AreOfOneOrder) {
  const std::string id = "01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03";
  EXPECT_TRUE(parse_place(false, id));
  EXPECT_EQ(parse_place(true, "2000." + id).value().price_cents, 2'000);
  for (const std::string& bad : {std::string(), std::string("x"), "x." + id, "-1." + id, "." + id,
                                 std::string("2000"), std::string("2000.x"), id})
    EXPECT_FALSE(parse_place(true, bad)) << bad;
  EXPECT_FALSE(parse_place(false, "2000." + id));
}

}  // namespace
}  // namespace ticketing::tickets::lists
