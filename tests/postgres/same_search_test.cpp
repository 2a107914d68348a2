// The search of shows gives the same lists on SQLite and on PostgreSQL, also where PostgreSQL sorts
// texts by the rules of a language.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <memory>
#include <random>

#include "common/base/text_unicode.hpp"
#include "postgres/same_on_all_databases.hpp"
#include "postgres/shows_service.hpp"

namespace ticketing::shows {

namespace {

using search::Query;
using search::Sort;

const std::vector<std::string> acts{"AC/DC",
                                    "Mötley Crüe",
                                    "Beyoncé",
                                    "Sigur Rós",
                                    "Кино",
                                    "Земфира",
                                    "Би-2",
                                    "Мумий Тролль",
                                    "Metallica",
                                    "Rock-am-Ring",
                                    "Die Ärzte",
                                    "Ænima",
                                    "Røyksopp",
                                    "Τρύπες",
                                    "Łona i Webber",
                                    "Straßenfest",
                                    "30 Seconds to Mars",
                                    "blink-182",
                                    "U2",
                                    "Florence + The Machine",
                                    "O'Brien",
                                    "Jean-Michel Jarre",
                                    "Guns N' Roses",
                                    "Ёлка",
                                    "Queen",
                                    "!!!",
                                    "P!nk",
                                    "Sunn O)))",
                                    "ДДТ",
                                    "Iron Maiden"};
const std::vector<std::string> kinds{"live",      "Tour 2026", "unplugged",
                                     "фестиваль", "Open-Air",  "Nacht"};
struct Place {
  std::string venue, city, zone;
};
const std::vector<Place> places{
    {"Filharmonia", "Łódź", "Europe/Warsaw"},   {"Olympiastadion", "München", "Europe/Berlin"},
    {"Крокус Сити", "Москва", "Europe/Moscow"}, {"Hall of Fame", "Saint-Étienne", "Europe/Paris"},
    {"Forum", "Αθήνα", "Europe/Athens"},        {"Arena 4.0", "New York", "America/New_York"}};

class SameSearch : public SameOnAllDatabases<ShowsService> {
 protected:
  void make_shows() {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < acts.size() * 8; ++i) {
      const Place& place = places[random() % places.size()];
      const std::string name =
          acts[i % acts.size()] + " " + kinds[random() % kinds.size()] + " " + std::to_string(i);
      const CreateShow request{
          .details = {.name = name,
                      .category = i % 3 == 0 ? Category::festival : Category::concert,
                      .starts_at = now_ + std::chrono::hours{24 + random() % 2'000}},
          .venue = {.name = place.venue,
                    .city = place.city,
                    .country = "XX",
                    .time_zone = place.zone},
          .user_id = "maker"};
      const std::int64_t cents = 1'000 + static_cast<std::int64_t>(random() % 9'000);
      for (const auto& side : sides_) {
        const auto made = run_task(io_, side->operations().create_show(request));
        ASSERT_TRUE(made);
        if (i % 3 != 0) continue;
        for (const std::int64_t more : {0, 2'000}) {
          run_task(io_, side->operations().follow_ticket({.id = fmt::format("{}+{}", i, more),
                                                          .show_id = made->show.id,
                                                          .price = Money{cents + more}}));
        }
      }
    }
  }

  // Names, with the cursor behind the last one.
  std::vector<std::string> find(ShowsService& side, Query query) {
    std::vector<std::string> names;
    for (int pages = 0; pages < 4; ++pages) {
      const auto page = run_task(io_, side.operations().find_shows(query));
      for (const Show& show : page.items) names.push_back(show.name);
      if (!page.next) break;
      query.cursor = search::parse_cursor(query.sort, page.next->id);
    }
    return names;
  }

  const Timestamp now_ = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
};

// Queries as people type them.
class Queries {
 public:
  std::string next() {
    std::string text = pick(acts);
    if (chance(3)) text += " " + pick(kinds);
    if (chance(4)) text += " " + places[random_() % places.size()].city;
    if (chance(6)) text += " " + std::to_string(random_() % 240);
    if (chance(4)) text = to_lower(text);
    if (chance(4)) text = without_marks(text);
    if (chance(4)) std::ranges::replace(text, ' ', chance(2) ? '-' : '/');
    if (chance(5)) std::erase_if(text, [](char c) { return c == ' ' || c == '-' || c == '/'; });
    if (chance(4)) text = mistyped(text);
    if (chance(3)) text = cut(text);
    return text;
  }
  bool chance(unsigned one_in) { return random_() % one_in == 0; }

 private:
  const std::string& pick(const std::vector<std::string>& of) { return of[random_() % of.size()]; }
  static std::string without_marks(std::string text) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{{"ö", "o"},
                                                                                   {"ü", "u"},
                                                                                   {"é", "e"},
                                                                                   {"Ł", "L"},
                                                                                   {"ó", "o"},
                                                                                   {"ź", "z"},
                                                                                   {"ß", "ss"},
                                                                                   {"ё", "е"},
                                                                                   {"Ä", "A"},
                                                                                   {"ø", "o"}}) {
      for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from))
        text.replace(at, from.size(), to);
    }
    return text;
  }
  // Two neighbours swapped, where both are ASCII.
  std::string mistyped(std::string text) {
    if (text.size() < 5) return text;
    const std::size_t at = 1 + random_() % (text.size() - 3);
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (is_ascii(text[at]) && is_ascii(text[at + 1])) std::swap(text[at], text[at + 1]);
    return text;
  }
  std::string cut(std::string text) {
    std::size_t end = std::min(text.size(), 3 + random_() % 20);
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
    return text.substr(0, end);
  }

  std::mt19937 random_{2};
};

TEST_F(SameSearch, GivesEqualListsOnAllDatabases) {
  ASSERT_NO_FATAL_FAILURE(make_shows());
  const std::vector<std::string> chosen{"acdc",
                                        "ac/dc",
                                        "AC DC",
                                        "lodz",
                                        "ŁÓDŹ",
                                        "strassen",
                                        "STRASSE",
                                        "rockamring",
                                        "rock-am",
                                        "би2",
                                        "БИ-2",
                                        "земфера",
                                        "елка",
                                        "Ёлка",
                                        "τρυπες",
                                        "ΑΘΗΝΑ",
                                        "metalica",
                                        "mettalica",
                                        "motley cruee",
                                        "u2",
                                        "182",
                                        "2026",
                                        "blink182",
                                        "!!!",
                                        "p!nk",
                                        "obrien",
                                        "o’brien",
                                        "guns n roses",
                                        "sunn o",
                                        "saint etienne",
                                        "new-york",
                                        "москва",
                                        "нет такого",
                                        "zzzz",
                                        "a",
                                        "м",
                                        "aenima",
                                        "royksopp",
                                        "roy",
                                        "jean michel",
                                        "jeanmichel",
                                        "4.0",
                                        "arena 40",
                                        ""};
  Queries queries;
  int found = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    Query query{.text = i < chosen.size() ? chosen[i] : queries.next(), .limit = 10, .now = now_};
    if (queries.chance(5)) query.sort = Sort::new_;
    if (queries.chance(6)) query.category = Category::festival;
    if (queries.chance(6))
      query.from = std::chrono::floor<std::chrono::days>(now_) + std::chrono::days{30};
    if (queries.chance(8)) query.city = "munchen";
    if (queries.chance(10)) query.price_min = Money{6'000};
    if (queries.chance(10)) query.price_max = Money{7'000};
    const auto expected = find(*sides_[0], query);
    found += expected.empty() ? 0 : 1;
    for (std::size_t side = 1; side < sides_.size(); ++side)
      EXPECT_EQ(find(*sides_[side], query), expected) << '"' << query.text << "\" on " << side;
  }
  EXPECT_GT(found, 150);
}

}  // namespace
}  // namespace ticketing::shows
