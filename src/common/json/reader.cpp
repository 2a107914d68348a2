#include "common/json/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "common/base/shown_text.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"

namespace ticketing::json {

struct Reader::Document {
  boost::json::value root;
  std::vector<FieldError> faults;
};

Reader::Reader(std::shared_ptr<Document> document, const boost::json::object* object,
               std::string prefix)
    : document_(std::move(document)), object_(object), prefix_(std::move(prefix)) {}

Result<Reader> Reader::parse(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 32;
  boost::system::error_code fault;
  auto document = std::make_shared<Document>();
  document->root = boost::json::parse(text, fault, {}, options);
  if (fault) {
    return refuse(ErrorKind::invalid, slugs::invalid_json,
                  "The body is not valid JSON: " + fault.message() + ".");
  }
  const boost::json::object* object = document->root.if_object();
  if (object == nullptr) {
    return refuse(ErrorKind::invalid, slugs::invalid_json, "The body must be a JSON object.");
  }
  return Reader(std::move(document), object, "");
}

const boost::json::value* Reader::find(std::string_view field) {
  return object_ == nullptr ? nullptr : object_->if_contains(field);
}

const boost::json::value* Reader::require(std::string_view field) {
  const boost::json::value* value = find(field);
  // Within an object that is itself missing, the one fault already noted is enough.
  if (object_ != nullptr && (value == nullptr || value->is_null())) {
    fault(field, {codes::required(), "is required"});
    return nullptr;
  }
  return value;
}

std::string Reader::text(std::string_view field) {
  const boost::json::value* value = require(field);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
  fault(field, {codes::wrong_type("string"), "must be a string"});
  return {};
}

std::string Reader::one_of(std::string_view field, const std::vector<std::string_view>& texts) {
  const std::size_t faults_before = document_->faults.size();
  const std::string given = text(field);
  if (document_->faults.size() > faults_before || std::ranges::find(texts, given) != texts.end())
    return given;
  const std::string all = fmt::format("{}", fmt::join(texts, ", "));
  fault(field, {codes::not_one_of(all), "must be one of " + all});
  return {};
}

std::optional<std::string> Reader::optional_text(std::string_view field) {
  const boost::json::value* value = find(field);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return text(field);
}

std::string Reader::shown_text(std::string_view field, std::size_t characters_max) {
  const std::size_t faults_before = document_->faults.size();
  std::string shown(trim_unicode(text(field)));
  if (document_->faults.size() > faults_before) return {};
  if (const auto wrong = shown_text_fault(shown, characters_max)) fault(field, *wrong);
  return shown;
}

std::optional<std::string> Reader::optional_shown_text(std::string_view field,
                                                       std::size_t characters_max) {
  const auto typed = optional_text(field);
  if (!typed || trim_unicode(*typed).empty()) return std::nullopt;
  return shown_text(field, characters_max);
}

std::int64_t Reader::integer(std::string_view field) {
  const boost::json::value* value = require(field);
  if (value == nullptr) return 0;
  if (const auto* number = value->if_int64()) return *number;
  fault(field, {codes::wrong_type("integer"), "must be a whole number"});
  return 0;
}

bool Reader::boolean(std::string_view field) {
  const boost::json::value* value = require(field);
  if (value == nullptr) return false;
  if (const auto* flag = value->if_bool()) return *flag;
  fault(field, {codes::wrong_type("boolean"), "must be true or false"});
  return false;
}

bool Reader::has(std::string_view field) {
  const boost::json::value* value = find(field);
  return value != nullptr && !value->is_null();
}

Timestamp Reader::time(std::string_view field) {
  const boost::json::value* value = require(field);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) {
    if (const auto time = parse_iso8601({text->data(), text->size()})) return *time;
  }
  fault(field, {codes::not_a_time(), "must be a time like 2026-01-31T09:30:00.000Z"});
  return {};
}

namespace {

// An amount as a person writes it: digits, and at most two more after a dot. The exponents and long
// fractions that a JSON number may have are slips of the finger here ("12.500" for 12,500).
std::expected<Money, MoneyFault> parse_typed_money(std::string_view text, std::int64_t cents_max) {
  const std::string_view amount = trim(text);
  if (amount.find_first_of("eE") != std::string_view::npos)
    return std::unexpected(MoneyFault::not_a_number);
  const std::size_t dot = amount.find('.');
  if (dot != std::string_view::npos && amount.size() - dot > 3 &&
      amount.find_first_not_of("0123456789", dot + 1) == std::string_view::npos)
    return std::unexpected(MoneyFault::too_precise);
  return parse_money(amount, cents_max);
}

// The decimal text of a number, or nothing.
std::optional<std::string> decimal_text(const boost::json::value& value) {
  if (const auto* number = value.if_int64()) return fmt::format("{}", *number);
  if (const auto* number = value.if_uint64()) return fmt::format("{}", *number);
  if (const auto* number = value.if_double()) {
    // The shortest text that reads back as the same double is what was written, up to 15 digits.
    return std::isfinite(*number) ? fmt::format("{}", *number) : "1e400";
  }
  return std::nullopt;
}

Fault fault_of(MoneyFault fault, Money max) {
  switch (fault) {
    case MoneyFault::negative: return {codes::negative(), "must not be negative"};
    case MoneyFault::too_precise:
      return {codes::too_many_decimals(2), "must have at most two decimals"};
    case MoneyFault::too_large:
      return {codes::too_large(max), "must be at most " + to_decimal(max)};
    case MoneyFault::not_a_number: break;
  }
  return {codes::not_an_amount(), "must be digits, with at most two more after a dot, like 12.50"};
}

}  // namespace

std::expected<Money, Fault> read_amount(std::string_view text, std::int64_t cents_max) {
  const auto money = parse_typed_money(text, cents_max);
  if (!money) return std::unexpected(fault_of(money.error(), Money{cents_max}));
  return *money;
}

Money Reader::money(std::string_view field, std::int64_t cents_min, std::int64_t cents_max) {
  const boost::json::value* value = require(field);
  if (value == nullptr) return {};
  const auto* typed = value->if_string();
  const auto number = decimal_text(*value);
  if (typed == nullptr && !number) {
    fault(field, {codes::wrong_type("number"), "must be a number"});
    return {};
  }
  const auto money = typed != nullptr ? parse_typed_money({typed->data(), typed->size()}, cents_max)
                                      : parse_money(*number, cents_max);
  if (!money) {
    fault(field, fault_of(money.error(), Money{cents_max}));
    return {};
  }
  if (money->cents < cents_min) {
    const Money min{cents_min};
    fault(field, {codes::too_small(min), "must be at least " + to_decimal(min)});
  }
  return *money;
}

Reader Reader::object(std::string_view field) {
  const boost::json::value* value = require(field);
  const boost::json::object* inner = value == nullptr ? nullptr : value->if_object();
  if (value != nullptr && inner == nullptr)
    fault(field, {codes::wrong_type("object"), "must be an object"});
  return Reader(document_, inner, fmt::format("{}{}.", prefix_, field));
}

std::vector<Reader> Reader::objects(std::string_view field) {
  const boost::json::value* value = require(field);
  std::vector<Reader> readers;
  if (value == nullptr) return readers;
  const boost::json::array* array = value->if_array();
  if (array == nullptr) {
    fault(field, {codes::wrong_type("array"), "must be an array"});
    return readers;
  }
  for (const boost::json::value& element : *array) {
    const std::string prefix = fmt::format("{}{}[{}].", prefix_, field, readers.size());
    if (!element.is_object()) fault(field, {codes::wrong_type("array"), "must hold objects"});
    readers.push_back(Reader(document_, element.if_object(), prefix));
  }
  return readers;
}

void Reader::fault(std::string_view field, Fault fault) {
  document_->faults.push_back({.code = std::move(fault.code),
                               .message = fmt::format("{} {}", field, fault.message),
                               .field = prefix_ + std::string(field)});
}

std::optional<Error> Reader::error() const {
  if (document_->faults.empty()) return std::nullopt;
  return Error{.kind = ErrorKind::invalid,
               .slug = slugs::invalid_input,
               .detail = document_->faults.front().message + ".",
               .fields = document_->faults};
}

}  // namespace ticketing::json
