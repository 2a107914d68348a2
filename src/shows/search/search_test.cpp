// What is found, in which order, page by page.
#include "shows/search/search.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "shows/test_shows.hpp"

namespace ticketing::shows::search {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SearchTest : public ShowsTest {
 protected:
  void make(const std::string& name, int days, const std::string& venue = "Hall",
            const std::string& city = "Berlin", const std::string& zone = "Europe/Berlin") {
    VenueDetails place{.name = venue, .city = city, .country = "DE", .time_zone = zone};
    ASSERT_TRUE(create(details(name, days), place));
  }
  std::vector<std::string> find(Query query) {
    query.now = platform_.now();
    std::vector<std::string> names;
    const auto page = run(operations_.find_shows(query));
    for (const Show& show : page.items) names.push_back(show.name);
    return names;
  }
  std::vector<std::string> find(const std::string& text) { return find(Query{.text = text}); }
};

TEST_F(SearchTest, FindsByAllWordsTheLastOneAsABeginning) {
  make("Rock-am-Ring 2026", 10, "Nürburgring", "Nürburg");
  make("Rock im Park", 11, "Zeppelinfeld", "Nürnberg");
  make("AC/DC", 12, "Olympiastadion", "Łódź");
  EXPECT_THAT(find("rock"), ElementsAre("Rock-am-Ring 2026", "Rock im Park"));
  EXPECT_THAT(find("ROCK nür"), ElementsAre("Rock-am-Ring 2026", "Rock im Park"));
  EXPECT_THAT(find("rock nurn"), ElementsAre("Rock im Park"));
  EXPECT_THAT(find("2026 rock am"), ElementsAre("Rock-am-Ring 2026"));
  EXPECT_THAT(find("rockamring"), ElementsAre("Rock-am-Ring 2026"));
  EXPECT_THAT(find("rock-am-ri"), ElementsAre("Rock-am-Ring 2026"));
  for (const char* spelling : {"acdc", "ac/dc", "AC DC", "ac-dc lodz", "łódź"})
    EXPECT_THAT(find(spelling), ElementsAre("AC/DC")) << spelling;
  EXPECT_THAT(find("ro im"), IsEmpty()) << "only the last word may be a beginning";
  EXPECT_THAT(find("rock warsaw"), IsEmpty());
}

TEST_F(SearchTest, FindsWhatIsTypedNearlySoOnlyWhenNothingIsTypedSo) {
  make("Metallica", 10);
  make("Metalica Tribute", 11);
  EXPECT_THAT(find("metalica"), ElementsAre("Metalica Tribute"));
  EXPECT_THAT(find("metallcia"), ElementsAre("Metallica"));
  EXPECT_THAT(find("metallcia berlni"), ElementsAre("Metallica"));
  EXPECT_THAT(find("metallica warsaw"), IsEmpty()) << "both words have to match";
  EXPECT_THAT(find("xyzxyz"), IsEmpty());
}

TEST_F(SearchTest, FindsByThePriceOfWhatIsForSale) {
  const std::string cheap = make_show("Cheap", 1), both = make_show("Both", 2),
                    dear = make_show("Dear", 3), none = make_show("None", 4);
  list_ticket("a", cheap, 1'000);
  list_ticket("b", both, 1'000);
  list_ticket("c", both, 5'000);
  list_ticket("d", dear, 5'000);
  list_ticket("e", none, 2'000);
  change_ticket("e", 1, none, 2'000, "reserved");
  const auto between = [&](std::optional<Money> min, std::optional<Money> max,
                           const std::string& text = "") {
    return find(Query{.text = text, .price_min = min, .price_max = max});
  };
  EXPECT_THAT(between(std::nullopt, Money{1'000}), ElementsAre("Cheap", "Both"));
  EXPECT_THAT(between(Money{1'001}, std::nullopt), ElementsAre("Both", "Dear"));
  EXPECT_THAT(between(Money{5'000}, Money{5'000}), ElementsAre("Both", "Dear"));
  EXPECT_THAT(between(Money{1'500}, Money{4'999}), IsEmpty());
  EXPECT_THAT(between(Money{5'001}, std::nullopt), IsEmpty());
  EXPECT_THAT(between(Money{2'000}, std::nullopt, "bo"), ElementsAre("Both"));
  const Query page{.price_min = Money{2'000}, .sort = Sort::new_, .limit = 1};
  EXPECT_THAT(find(page), ElementsAre("Dear"));
  EXPECT_THAT(find(Query{.price_min = Money{2'000},
                         .limit = 1,
                         .cursor = Cursor{.starts_at = in_days(2), .id = both}}),
              ElementsAre("Dear"));
}

// Tickets of a show that was merged are for sale at the show that stands for it.
TEST_F(SearchTest, FindsByThePricesOfMergedShows) {
  const std::string id = make_show("Opera"), into = make_show("Die Oper");
  list_ticket("a", id, 5'000);
  list_ticket("b", into, 1'000);
  ASSERT_TRUE(run(operations_.merge_shows({.id = id, .into_id = into})));
  EXPECT_THAT(find(Query{.price_min = Money{2'000}}), ElementsAre("Die Oper"));
}

// Many tickets at such a price are not read first: the list is, in its order.
TEST_F(SearchTest, FindsByAFrequentPriceInTheOrderOfTheList) {
  const std::string last = make_show("Last", 9), first = make_show("First", 1);
  make_show("Without", 2);
  for (int i = 0; i < 1'100; ++i) list_ticket(fmt::format("t{}", i), last, 2'000);
  list_ticket("one", first, 3'000);
  EXPECT_THAT(find(Query{.price_min = Money{1'500}}), ElementsAre("First", "Last"));
  EXPECT_THAT(find(Query{.text = "la", .price_min = Money{1'500}}), ElementsAre("Last"));
  EXPECT_THAT(find(Query{.price_max = Money{2'500}}), ElementsAre("Last"));
}

TEST_F(SearchTest, DoesNotTakeWordsThatNoShowHasAnyMore) {
  const std::string id = make_show("Metallica");
  ASSERT_TRUE(update(change_of(id, details("Slayer"))));
  make("Metallika", 10);
  EXPECT_THAT(find("metallicca"), ElementsAre("Metallika"));
}

// Otherwise a maker could fill the database by changing the name of one show again and again.
TEST_F(SearchTest, KeepsNoWordsThatNoShowHasAnyMore) {
  static const db::Sql words_of_database{
      "test_words",
      "SELECT (SELECT count(*) FROM words) AS words, (SELECT count(*) FROM "
      "word_trigrams) AS trigrams"};
  const auto rows = [&] {
    const auto result = run(data_.database().query(words_of_database()));
    return std::pair(result.rows.at(0).integer("words"), result.rows.at(0).integer("trigrams"));
  };
  const std::string id = make_show("Slayer");
  const auto before = rows();
  const std::string other = make_show("Iron-Maiden Live");  // its joined terms are no words
  for (const char* name : {"Metallica", "Metal-Lica", "Iron Maiden", "Ironmaiden", "!!!", "Slayer"})
    ASSERT_TRUE(update(change_of(id, details(name)))) << name;
  EXPECT_THAT(find("slayre"), ElementsAre("Slayer"));
  EXPECT_THAT(find("iron maidne"), ElementsAre("Iron-Maiden Live"));
  ASSERT_TRUE(run(operations_.merge_shows({.id = other, .into_id = id})));
  EXPECT_EQ(rows(), before);
}

TEST_F(SearchTest, FiltersByCityCategoryAndDate) {
  make("A", 10, "Hall", "Köln");
  make("B", 11, "Hall", "Köln");
  make("C", 12, "Hall", "Bonn");
  EXPECT_THAT(find(Query{.city = "koln"}), ElementsAre("A", "B"));
  EXPECT_THAT(find(Query{.city = "köln", .category = Category::sport}), IsEmpty());
  EXPECT_THAT(find(Query{.text = "hall", .city = "Bonn", .category = Category::concert}),
              ElementsAre("C"));
  const auto day = std::chrono::floor<std::chrono::days>(in_days(11));
  EXPECT_THAT(find(Query{.from = day}), ElementsAre("B", "C"));
  EXPECT_THAT(find(Query{.to = day}), ElementsAre("A", "B"));
  EXPECT_THAT(find(Query{.text = "koln", .from = day, .to = day}), ElementsAre("B"));
}

// One moment, which is of three dates.
TEST_F(SearchTest, FiltersByTheDateAtTheVenue) {
  const auto day = std::chrono::floor<std::chrono::days>(in_days(10));
  const auto make_at = [&](const std::string& name, const std::string& zone) {
    ShowDetails given = details(name);
    given.starts_at = Timestamp(day) + std::chrono::hours{10} + std::chrono::minutes{30};
    const VenueDetails place{.name = zone, .city = zone, .country = "XX", .time_zone = zone};
    ASSERT_TRUE(create(given, place));
  };
  make_at("Tomorrow", "Pacific/Kiritimati");
  make_at("Today", "UTC");
  make_at("Yesterday", "Pacific/Pago_Pago");
  const auto on = [&](std::chrono::sys_days date) { return find(Query{.from = date, .to = date}); };
  EXPECT_THAT(on(day - std::chrono::days{1}), ElementsAre("Yesterday"));
  EXPECT_THAT(on(day), ElementsAre("Today"));
  EXPECT_THAT(on(day + std::chrono::days{1}), ElementsAre("Tomorrow"));
}

TEST_F(SearchTest, FindsAShowAfterMidnightOnTheNextDay) {
  const auto day = std::chrono::floor<std::chrono::days>(in_days(10));
  ShowDetails given = details("Night");
  given.starts_at = Timestamp(day) + std::chrono::minutes{30};
  ASSERT_TRUE(create(given, {.name = "Club", .city = "C", .country = "GB", .time_zone = "UTC"}));
  EXPECT_THAT(find(Query{.from = day, .to = day}), ElementsAre("Night"));
  EXPECT_THAT(find(Query{.to = day - std::chrono::days{1}}), IsEmpty());
}

TEST_F(SearchTest, ShowsWhatIsNotOverUnlessADateIsAskedFor) {
  make("Soon", 1);
  make("Later", 5);
  const auto first = std::chrono::floor<std::chrono::days>(platform_.now());
  platform_.skip(std::chrono::days{1} + std::chrono::hours{5});
  EXPECT_THAT(find(Query{}), ElementsAre("Soon", "Later")) << "it may still go on";
  platform_.skip(std::chrono::hours{1});
  EXPECT_THAT(find(Query{}), ElementsAre("Later"));
  EXPECT_THAT(find(Query{.from = first}), ElementsAre("Soon", "Later"));
}

TEST_F(SearchTest, SortsByDateOrByWhatIsNew) {
  make("Second", 20);
  make("First", 10);
  make("Third", 30);
  EXPECT_THAT(find(Query{}), ElementsAre("First", "Second", "Third"));
  EXPECT_THAT(find(Query{.sort = Sort::new_}), ElementsAre("Third", "First", "Second"));
  EXPECT_THAT(find(Query{.text = "hall", .sort = Sort::new_}),
              ElementsAre("Third", "First", "Second"));
}

class PagesTest : public SearchTest {
 protected:
  // All names, page by page to the end, and back again.
  std::pair<std::vector<std::string>, std::vector<std::string>> read(Query query) {
    std::vector<std::string> forth, back;
    query.limit = 3;
    query.now = platform_.now();
    std::optional<PageCursor> at;
    for (int i = 0; i < 20; ++i) {
      const auto page = run(operations_.find_shows(query));
      for (const Show& show : page.items) forth.push_back(show.name);
      at = page.previous;
      if (!page.next) break;
      query.cursor = parse_cursor(query.sort, page.next->id);
      EXPECT_TRUE(query.cursor);
    }
    for (int i = 0; i < 20 && at; ++i) {
      query.cursor = parse_cursor(query.sort, at->id);
      query.cursor->is_back = true;
      const auto page = run(operations_.find_shows(query));
      for (auto show = page.items.rbegin(); show != page.items.rend(); ++show)
        back.push_back(show->name);
      at = page.previous;
    }
    return {forth, back};
  }
};

TEST_F(PagesTest, AreReadInBothDirections) {
  std::vector<std::string> names;
  for (int i = 0; i < 8; ++i) {
    // Two begin at the same moment each.
    names.push_back("Show " + std::to_string(i));
    make(names.back(), 10 + i / 2, "Hall " + std::to_string(i));
  }
  std::vector<std::string> last_pages_not(names.begin(), names.begin() + 6);
  std::ranges::reverse(last_pages_not);
  for (const char* text : {"", "show", "shwo", "hall berlin"}) {
    const auto [forth, back] = read({.text = text});
    EXPECT_EQ(forth, names) << text;
    EXPECT_EQ(back, last_pages_not) << text;
  }
  const auto [newest_first, back] = read({.text = "show", .sort = Sort::new_});
  EXPECT_EQ(newest_first, std::vector(names.rbegin(), names.rend()));
}

TEST_F(PagesTest, StayWhereTheyAreWhenAShowIsMoved) {
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(make_show("Show " + std::to_string(i), 10 + i));
  Query query{.limit = 3, .now = platform_.now()};
  const auto first = run(operations_.find_shows(query));
  ASSERT_TRUE(update(change_of(ids[2], details("Show 2", 40))));
  query.cursor = parse_cursor(query.sort, first.next->id);
  EXPECT_EQ(run(operations_.find_shows(query)).items.at(0).name, "Show 3");
}

TEST(Cursors, AreOfOneOrder) {
  const std::string id = "01939f41-1f6b-7a3c-b7d5-9e8f7a6b5c03";
  EXPECT_TRUE(parse_cursor(Sort::new_, id));
  EXPECT_TRUE(parse_cursor(Sort::date, "1767225600000." + id));
  const std::vector<std::string> none_of_dates{
      "", "x", "1767225600000", "1767225600000.x", "-1." + id, "." + id};
  for (const std::string& bad : none_of_dates) EXPECT_FALSE(parse_cursor(Sort::date, bad)) << bad;
  EXPECT_FALSE(parse_cursor(Sort::date, id));
  EXPECT_FALSE(parse_cursor(Sort::new_, "1767225600000." + id));
}

}  // namespace
}  // namespace ticketing::shows::search
