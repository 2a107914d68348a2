// Values that go into statements, and the rows that come out of them. A row is read as a described
// record, or by the names of its columns; never by their numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/assert.hpp"
#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "common/base/money.hpp"

namespace ticketing::db {

using Value = std::variant<std::monostate, std::int64_t, std::string>;

inline Value to_value(std::nullopt_t) { return std::monostate{}; }
inline Value to_value(std::string text) { return text; }
inline Value to_value(std::string_view text) { return std::string(text); }
inline Value to_value(const char* text) { return std::string(text); }
inline Value to_value(Timestamp t) { return to_millis(t); }
inline Value to_value(Money money) { return money.cents; }
inline Value to_value(Flag flag) { return std::int64_t{flag}; }
template <DescribedEnum E>
Value to_value(E value) {
  return std::string(name_of(value));
}
template <class Integer>
  requires std::is_integral_v<Integer>
Value to_value(Integer number) {
  return static_cast<std::int64_t>(number);
}
template <class T>
Value to_value(const std::optional<T>& maybe) {
  return maybe ? to_value(*maybe) : Value{};
}

// The address stands for the record type.
template <class Record>
inline constexpr char record_tag{};

template <class T>
inline constexpr bool is_optional_record = false;
template <Described Record>
inline constexpr bool is_optional_record<std::optional<Record>> = true;

// How many columns a record takes: a record within it takes those of its members.
template <Described Record>
consteval std::size_t count_columns() {
  std::size_t count = 0;
  for_each_member<Record>([&count]<class D>(D) {
    using Member = described::MemberType<Record, D>;
    if constexpr (Described<Member>) {
      count += count_columns<Member>();
    } else if constexpr (is_optional_record<Member>) {
      count += count_columns<typename Member::value_type>();
    } else {
      ++count;
    }
  });
  return count;
}

// What the rows of a statement consist of. Each exists once and for ever.
struct RowShape {
  std::vector<std::string> columns;
  const void* record;  // the tag of the record that the statement was written for, or null

  static const RowShape& of(std::vector<std::string> columns, const void* record = nullptr);
};

// Reading a column as a type it does not have, or one that is not there, is a programming error.
class Row {
 public:
  // As many values as the shape has columns.
  Row(std::vector<Value> values, const RowShape& shape)
      : values_(std::move(values)), shape_(&shape) {}

  // Of a statement that was written for this record (common/db/columns.hpp): where each member
  // stands is known when this is compiled.
  template <Described Record>
  Record as() const {
    TICKETING_ASSERT(shape_->record == &record_tag<Record>);
    std::size_t at = 0;
    return read_record<Record>(at);
  }

  bool is_null(std::string_view column) const { return is_null_at(find(column)); }
  const std::string& text(std::string_view column) const { return text_at(find(column)); }
  std::int64_t integer(std::string_view column) const { return integer_at(find(column)); }
  Timestamp time(std::string_view column) const { return from_millis(integer(column)); }
  std::optional<Timestamp> optional_time(std::string_view column) const {
    return read_at<std::optional<Timestamp>>(find(column));
  }

 private:
  std::size_t find(std::string_view column) const;
  const Value& at(std::size_t column) const {
    TICKETING_ASSERT(column < values_.size());
    return values_[column];
  }
  bool is_null_at(std::size_t column) const {
    return std::holds_alternative<std::monostate>(at(column));
  }
  const std::string& text_at(std::size_t column) const {
    const auto* value = std::get_if<std::string>(&at(column));
    TICKETING_ASSERT(value != nullptr);
    return *value;
  }
  std::int64_t integer_at(std::size_t column) const {
    const auto* value = std::get_if<std::int64_t>(&at(column));
    TICKETING_ASSERT(value != nullptr);
    return *value;
  }

  template <class T>
  T read_at(std::size_t column) const {
    if constexpr (is_optional<T>) {
      if (is_null_at(column)) return std::nullopt;
      return read_at<typename T::value_type>(column);
    } else if constexpr (DescribedEnum<T>) {
      const auto value = value_named<T>(text_at(column));
      TICKETING_ASSERT(value.has_value());
      return *value;
    } else if constexpr (std::is_same_v<T, Money>) {
      return Money{.cents = integer_at(column)};
    } else if constexpr (std::is_same_v<T, Timestamp>) {
      return from_millis(integer_at(column));
    } else if constexpr (std::is_integral_v<T> || std::is_same_v<T, Flag>) {
      return static_cast<T>(integer_at(column));
    } else {
      return text_at(column);
    }
  }

  // `at` is the column of the record's first member, and afterwards the one behind its last.
  template <class Record>
  Record read_record(std::size_t& at) const {
    Record record{};
    for_each_member<Record>([&]<class D>(D) {
      auto& member = record.*D::pointer;
      using Member = std::remove_cvref_t<decltype(member)>;
      if constexpr (Described<Member>) {
        member = read_record<Member>(at);
      } else if constexpr (is_optional_record<Member>) {
        // Of an outer join: there is none when its first column is null.
        const bool is_there = !is_null_at(at);
        if (is_there) member = read_record<typename Member::value_type>(at);
        if (!is_there) at += count_columns<typename Member::value_type>();
      } else {
        member = read_at<Member>(at++);
      }
    });
    return record;
  }

  std::vector<Value> values_;
  const RowShape* shape_;
};

}  // namespace ticketing::db
