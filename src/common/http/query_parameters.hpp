// Reads the parameters of a list from a query and collects everything that is wrong with them. An
// empty parameter counts as none.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

class QueryParameters {
 public:
  explicit QueryParameters(const Request& request) : request_(request) {}

  // A line of text of at most so many characters.
  std::optional<std::string> text(std::string_view name, std::size_t characters_max = 200);
  // A date without a time: 2026-01-31.
  std::optional<std::chrono::sys_days> date(std::string_view name);
  // An amount in major units.
  std::optional<Money> amount(std::string_view name, std::int64_t cents_max);
  // Its values are the names of an enumeration, but for those of `without`.
  template <class Enum>
  std::optional<Enum> one_of(std::string_view name, std::vector<Enum> without = {});

  void fault(std::string_view name, Fault fault);
  // All faults, or nothing.
  std::optional<Error> error() const;
  // What was read, as the addresses of other pages need it: "&q=…&city=…".
  const std::string& filter() const { return filter_; }

 private:
  const Request& request_;
  std::string filter_;
  std::optional<Error> error_;
};

template <class Enum>
std::optional<Enum> QueryParameters::one_of(std::string_view name, std::vector<Enum> without) {
  const auto written = text(name);
  if (!written) return std::nullopt;
  std::vector<std::string_view> names;
  std::optional<Enum> value;
  for (const std::string_view known : names_of<Enum>()) {
    const auto candidate = value_named<Enum>(known);
    if (std::ranges::find(without, *candidate) != without.end()) continue;
    names.push_back(known);
    if (known == *written) value = candidate;
  }
  const std::string all = fmt::format("{}", fmt::join(names, ", "));
  if (!value) fault(name, {codes::not_one_of(all), "must be one of " + all});
  return value;
}

}  // namespace ticketing::http
