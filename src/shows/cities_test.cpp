#include "shows/cities.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "shows/test_shows.hpp"

namespace ticketing::shows {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CitiesTest : public ShowsTest {
 protected:
  std::string make(const std::string& name, const std::string& city, int days = 10) {
    auto made =
        create(details(name, days),
               {.name = "Hall", .city = city, .country = "PL", .time_zone = "Europe/Warsaw"});
    return made.value().show.id;
  }
  std::vector<std::string> list() {
    std::vector<std::string> cities;
    for (const City& city : run(operations_.list_cities()))
      cities.push_back(fmt::format("{} {}", city.name, city.shows));
    return cities;
  }
};

TEST_F(CitiesTest, AreListedWithTheNumbersOfTheirShows) {
  EXPECT_THAT(list(), IsEmpty());
  make("A", "Gdańsk");
  make("B", "Łódź");
  make("C", "Łódź");
  make("D", "LODZ");
  EXPECT_THAT(list(), ElementsAre("Łódź 3", "Gdańsk 1"));
}

TEST_F(CitiesTest, HaveOnlyShowsThatAreToCome) {
  const std::string cancelled = make("A", "Gdańsk"), postponed = make("B", "Kraków");
  const std::string merged = make("C", "Łódź"), into = make("D", "Łódź");
  make("E", "Poznań", 1);
  EXPECT_THAT(list(), ElementsAre("Łódź 2", "Gdańsk 1", "Kraków 1", "Poznań 1"));
  const auto plan = [&](const std::string& id, const std::string& name, Plan to) {
    UpdateShow change = change_of(id, details(name));
    change.plan = to;
    ASSERT_TRUE(update(change));
  };
  plan(cancelled, "A", Plan::cancelled);
  plan(postponed, "B", Plan::postponed);
  ASSERT_TRUE(run(operations_.merge_shows({.id = merged, .into_id = into})));
  EXPECT_THAT(list(), ElementsAre("Kraków 1", "Poznań 1", "Łódź 1"));
  platform_.skip(std::chrono::days{2});
  EXPECT_THAT(list(), ElementsAre("Kraków 1", "Łódź 1"));
}

TEST_F(CitiesTest, AreNotMoreThanAPageCanShow) {
  for (std::size_t i = 0; i < Cities::cities_max + 5; ++i) make("A", "City " + std::to_string(i));
  make("B", "City 64");
  const auto cities = list();
  EXPECT_EQ(cities.size(), Cities::cities_max);
  EXPECT_EQ(cities.front(), "City 64 2");
}

// A change in another replica is seen a moment later: each request does not count all shows.
TEST_F(CitiesTest, AreCountedAgainAfterAMoment) {
  make("A", "Gdańsk");
  Cities other(data_.database());
  const auto count = [&] { return run(other.read(platform_.now())).size(); };
  EXPECT_EQ(count(), 1U);
  make("B", "Łódź");
  EXPECT_EQ(count(), 1U);
  platform_.skip(std::chrono::seconds{11});
  EXPECT_EQ(count(), 2U);
}

}  // namespace
}  // namespace ticketing::shows
