#include "common/http/query_parameters.hpp"

#include "common/base/clock.hpp"
#include "common/base/codes.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "common/json/reader.hpp"

namespace ticketing::http {

std::optional<std::string> QueryParameters::text(std::string_view name,
                                                 std::size_t characters_max) {
  const auto given = request_.query_param(name);
  if (!given || given->empty()) return std::nullopt;
  if (utf8_length(*given) > characters_max) {
    fault(name, {codes::too_long(characters_max),
                 fmt::format("must have at most {} characters", characters_max)});
    return std::nullopt;
  }
  if (has_deceptive_character(*given)) {
    fault(name, {codes::bad_characters(), "must not contain control characters"});
    return std::nullopt;
  }
  filter_ += fmt::format("&{}={}", name, percent_encode(*given));
  return std::string(*given);
}

std::optional<std::chrono::sys_days> QueryParameters::date(std::string_view name) {
  const auto written = text(name);
  if (!written) return std::nullopt;
  const auto midnight = parse_iso8601(*written + "T00:00:00.000Z");
  if (midnight) return std::chrono::floor<std::chrono::days>(*midnight);
  fault(name, {codes::not_a_time(), "must be a date like 2026-01-31"});
  return std::nullopt;
}

std::optional<Money> QueryParameters::amount(std::string_view name, std::int64_t cents_max) {
  const auto written = text(name);
  if (!written) return std::nullopt;
  const auto money = json::read_amount(*written, cents_max);
  if (money) return *money;
  fault(name, money.error());
  return std::nullopt;
}

void QueryParameters::fault(std::string_view name, Fault fault) {
  Error found = invalid_field(std::string(name), std::move(fault));
  if (error_)
    error_->fields.push_back(std::move(found.fields.front()));
  else
    error_ = std::move(found);
}

std::optional<Error> QueryParameters::error() const { return error_; }

}  // namespace ticketing::http
