#include "shows/cities.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "shows/store.hpp"

namespace ticketing::shows {
namespace {

constexpr std::chrono::seconds kept_for{10};
// More spellings than this are of cities with few shows.
constexpr std::int64_t spellings_max = 1'000;

}  // namespace

Task<std::vector<City>> Cities::read(Timestamp now) {
  const bool is_fresh = counted_at_ && now - *counted_at_ < kept_for;
  if (cities_ && (is_fresh || is_counting_)) co_return *cities_;
  is_counting_ = is_current_ = true;
  try {
    cities_ = co_await count(now);
  } catch (...) {
    is_counting_ = false;
    throw;
  }
  is_counting_ = false;
  if (is_current_) counted_at_ = now;
  co_return *cities_;
}

Task<std::vector<City>> Cities::count(Timestamp now) {
  const auto found = co_await database_.query(store::count_by_city(now, spellings_max));
  // The spellings of a city come with the most frequent one first.
  std::map<std::string, City, std::less<>> by_key;
  for (const db::Row& row : found.rows) {
    const auto spelling = row.as<store::CountedSpelling>();
    City& city = by_key[spelling.city_key];
    if (city.name.empty()) city.name = spelling.city;
    city.shows += spelling.shows;
  }
  std::vector<City> cities;
  for (auto& [key, city] : by_key) cities.push_back(std::move(city));
  std::ranges::sort(cities, {}, [](const City& city) { return std::pair(-city.shows, city.name); });
  if (cities.size() > cities_max) cities.resize(cities_max);
  co_return cities;
}

}  // namespace ticketing::shows
