// Reads a JSON object field by field and collects everything that is wrong with it, so that a
// caller learns of all faults at once and each names its field.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/error.hpp"
#include "common/base/money.hpp"

namespace ticketing::json {

// An amount in major units, as a person writes it: digits, with at most two after a dot.
std::expected<Money, Fault> read_amount(std::string_view text, std::int64_t cents_max);

class Reader {
 public:
  // Refuses malformed JSON, bad UTF-8, more than 32 levels, and anything but an object, with
  // `invalid_json`.
  static Result<Reader> parse(std::string_view text);

  // A required field. When it is missing or of another type the fault is noted and an empty value
  // comes back; look at error() before using any.
  std::string text(std::string_view field);
  // One of these texts.
  std::string one_of(std::string_view field, const std::vector<std::string_view>& texts);
  std::int64_t integer(std::string_view field);  // JSON number without a fraction
  bool boolean(std::string_view field);
  Timestamp time(std::string_view field);  // RFC 3339 as in to_iso8601
  // An amount in major units: a number, or a string of digits with at most two after a dot.
  Money money(std::string_view field, std::int64_t cents_min, std::int64_t cents_max);
  // A line of text for people (common/base/shown_text.hpp), without white space at its ends.
  std::string shown_text(std::string_view field, std::size_t characters_max);
  Reader object(std::string_view field);
  // A required array of objects; a fault when it holds anything else.
  std::vector<Reader> objects(std::string_view field);

  // Whether the field is there and not null, of any type.
  bool has(std::string_view field);
  // Whether the field is there, also as null.
  bool contains(std::string_view field) { return find(field) != nullptr; }
  // Nothing when absent or null; a fault when of another type.
  std::optional<std::string> optional_text(std::string_view field);
  // Nothing also when the text is blank.
  std::optional<std::string> optional_shown_text(std::string_view field,
                                                 std::size_t characters_max);

  void fault(std::string_view field, Fault fault);
  // All faults of this object and the objects within it, or nothing.
  std::optional<Error> error() const;

 private:
  struct Document;
  Reader(std::shared_ptr<Document> document, const boost::json::object* object, std::string prefix);
  const boost::json::value* find(std::string_view field);
  const boost::json::value* require(std::string_view field);

  std::shared_ptr<Document> document_;
  const boost::json::object* object_;
  std::string prefix_;  // "topic." inside the field topic
};

}  // namespace ticketing::json
