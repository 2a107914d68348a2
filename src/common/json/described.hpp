// Described records (common/base/described.hpp) as JSON objects: a member `user_id` is the field
// "userId", a record within a record is an object within the object. What is optional and empty is
// left out, also an empty list; null reads as absent. Lists, of simple values, are written alone.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/described.hpp"
#include "common/base/flag.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::json {

namespace fields {

consteval std::size_t length_of_field(std::string_view member) {
  return member.size() - static_cast<std::size_t>(std::ranges::count(member, '_'));
}

// D::name in camel case.
template <class D>
inline constexpr auto field_text = [] {
  std::array<char, length_of_field(D::name)> text{};
  std::size_t length = 0;
  bool is_capital = false;
  for (const char c : std::string_view(D::name)) {
    if (c != '_') text[length++] = is_capital ? static_cast<char>(c - 'a' + 'A') : c;
    is_capital = c == '_';
  }
  return text;
}();
template <class D>
inline constexpr std::string_view field_of{field_text<D>.data(), field_text<D>.size()};

}  // namespace fields

template <Described Record>
void write(Writer& writer, const Record& record);

template <class Member>
void write_field(Writer& writer, std::string_view field, const Member& member) {
  if constexpr (is_optional<Member>) {
    if (member) write_field(writer, field, *member);
  } else if constexpr (is_list<Member>) {
    if (member.empty()) return;
    writer.key(field).begin_array();
    for (const auto& element : member) writer.value(element);
    writer.end_array();
  } else if constexpr (Described<Member>) {
    write(writer.key(field), member);
  } else if constexpr (DescribedEnum<Member>) {
    writer.field(field, name_of(member));
  } else if constexpr (std::is_same_v<Member, Flag>) {
    if (member) writer.field(field, true);
  } else {
    writer.field(field, member);
  }
}

template <Described Record>
void write(Writer& writer, const Record& record) {
  writer.begin_object();
  for_each_member<Record>(
      [&]<class D>(D) { write_field(writer, fields::field_of<D>, record.*D::pointer); });
  writer.end_object();
}

template <Described Record>
std::string to_json(const Record& record) {
  Writer writer;
  write(writer, record);
  return writer.take();
}

// Between which amounts all money of a document must be.
struct MoneyLimits {
  std::int64_t cents_min = 0;
  std::int64_t cents_max = 0;
};

template <Described Record>
void read(Reader& reader, Record& record, const MoneyLimits& limits);

template <class T>
inline constexpr bool is_optional_shown_text = false;
template <std::size_t CharactersMax>
inline constexpr bool is_optional_shown_text<std::optional<ShownText<CharactersMax>>> = true;

// Reads one field into `member`, which stays as it is when the field is at fault.
template <class Member>
void read_field(Reader& reader, std::string_view field, Member& member, const MoneyLimits& limits) {
  if constexpr (is_patch<Member>) {
    if (!reader.contains(field)) return;
    auto value = member.value();
    read_field(reader, field, value, limits);
    member = Member(std::move(value));
  } else if constexpr (is_optional_shown_text<Member>) {
    member = reader.optional_shown_text(field, Member::value_type::characters_max);
  } else if constexpr (is_shown_text<Member>) {
    member = reader.shown_text(field, Member::characters_max);
  } else if constexpr (is_optional<Member>) {
    if (reader.has(field)) read_field(reader, field, member.emplace(), limits);
  } else if constexpr (Described<Member>) {
    Reader inner = reader.object(field);
    read(inner, member, limits);
  } else if constexpr (std::is_same_v<Member, Flag>) {
    member = reader.has(field) && reader.boolean(field);
  } else if constexpr (DescribedEnum<Member>) {
    const auto value = value_named<Member>(reader.one_of(field, names_of<Member>()));
    if (value) member = *value;
  } else if constexpr (std::is_same_v<Member, bool>) {
    member = reader.boolean(field);
  } else if constexpr (std::is_same_v<Member, Money>) {
    member = reader.money(field, limits.cents_min, limits.cents_max);
  } else if constexpr (std::is_same_v<Member, Timestamp>) {
    member = reader.time(field);
  } else if constexpr (std::is_integral_v<Member>) {
    member = static_cast<Member>(reader.integer(field));
  } else {
    member = reader.text(field);
  }
}

// Notes what is wrong in the reader; look at its error() before using the record.
template <Described Record>
void read(Reader& reader, Record& record, const MoneyLimits& limits) {
  for_each_member<Record>(
      [&]<class D>(D) { read_field(reader, fields::field_of<D>, record.*D::pointer, limits); });
}

// Refuses with the names of all fields at fault.
template <Described Record>
Result<Record> from_json(std::string_view text, const MoneyLimits& limits = {}) {
  auto reader = Reader::parse(text);
  if (!reader) return std::unexpected(reader.error());
  Record record{};
  read(*reader, record, limits);
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return record;
}

}  // namespace ticketing::json
