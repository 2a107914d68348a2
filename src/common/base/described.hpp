// Records and enumerations that are described once, beside their definition, by
// BOOST_DESCRIBE_STRUCT and BOOST_DESCRIBE_ENUM: JSON (common/json/described.hpp), rows
// (common/db/columns.hpp) and conversions use the names of their members.
#pragma once

#include <boost/describe.hpp>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "common/base/assert.hpp"
#include "common/base/patch.hpp"
#include "common/base/shown_text.hpp"

namespace ticketing {

template <class T>
concept Described = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept DescribedEnum = boost::describe::has_describe_enumerators<T>::value;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

namespace described {

template <class Record>
using Members = boost::describe::describe_members<Record, boost::describe::mod_public |
                                                              boost::describe::mod_inherited>;

template <class Record, class D>
using MemberType = std::remove_cvref_t<decltype(std::declval<Record&>().*D::pointer)>;

template <class F, template <class...> class List, class... D>
constexpr void for_each_of(List<D...>*, F&& visit) {
  (visit(D{}), ...);
}

// A described record without an undescribed member: laid out one after the other, those described
// take as much room as the record does.
template <class Record>
consteval bool is_complete() {
  std::size_t end = 0;
  for_each_of(static_cast<Members<Record>*>(nullptr), [&end]<class D>(D) {
    using Member = MemberType<Record, D>;
    end = (end + alignof(Member) - 1) / alignof(Member) * alignof(Member) + sizeof(Member);
  });
  return (end + alignof(Record) - 1) / alignof(Record) * alignof(Record) == sizeof(Record);
}

template <class Record>
consteval bool has_member(std::string_view name) {
  bool has = false;
  for_each_of(static_cast<Members<Record>*>(nullptr),
              [&has, name]<class D>(D) { has = has || D::name == name; });
  return has;
}

template <auto Left, auto Right>
consteval bool is_same_member() {
  if constexpr (std::is_same_v<decltype(Left), decltype(Right)>) {
    return Left == Right;
  } else {
    return false;
  }
}

}  // namespace described

// Calls `visit` with each member's descriptor D, in their order, those of base classes first:
// record.*D::pointer, D::name.
template <Described Record, class F>
constexpr void for_each_member(F&& visit) {
  static_assert(described::is_complete<Record>(), "a member of this record is not described");
  described::for_each_of(static_cast<described::Members<Record>*>(nullptr), visit);
}

// The name of an enumerator. A "_" at its end, which keeps it from being a keyword, is no part of
// its name. A value that is not described is a programming error.
template <DescribedEnum E>
constexpr std::string_view name_of(E value) {
  std::string_view name;
  described::for_each_of(static_cast<boost::describe::describe_enumerators<E>*>(nullptr),
                         [&]<class D>(D) {
                           if (D::value == value) name = D::name;
                         });
  TICKETING_ASSERT(!name.empty());
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

// The names of all enumerators, in their order.
template <DescribedEnum E>
std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  described::for_each_of(static_cast<boost::describe::describe_enumerators<E>*>(nullptr),
                         [&]<class D>(D) { names.push_back(name_of(D::value)); });
  return names;
}

// Nothing when no enumerator has this name.
template <DescribedEnum E>
constexpr std::optional<E> value_named(std::string_view text) {
  std::optional<E> found;
  described::for_each_of(static_cast<boost::describe::describe_enumerators<E>*>(nullptr),
                         [&]<class D>(D) {
                           if (name_of(D::value) == text) found = D::value;
                         });
  return found;
}

namespace described {

template <class To, class From>
void assign(To& to, const From& from);

template <class To, auto... Others, class From>
To matching(const From& from) {
  To to{};
  for_each_member<To>([&]<class T>(T) {
    if constexpr (!(is_same_member<T::pointer, Others>() || ...)) {
      static_assert(has_member<From>(T::name), "the other record has no member of this name");
      for_each_member<From>([&]<class F>(F) {
        if constexpr (std::string_view(T::name) == std::string_view(F::name))
          assign(to.*T::pointer, from.*F::pointer);
      });
    }
  });
  return to;
}

template <class To, class From>
void assign(To& to, const From& from) {
  if constexpr (std::is_assignable_v<To&, const From&>) {
    to = from;
  } else if constexpr (is_patch<From>) {
    if (!from.is_given()) return;
    if constexpr (is_optional<To>) {
      assign(to, from.value());
    } else if (from.value()) {
      assign(to, *from.value());
    } else {
      to = To{};
    }
  } else if constexpr (is_shown_text<From>) {
    to = from.text;
  } else if constexpr (is_optional<To> && is_optional<From>) {
    to.reset();
    if (from) assign(to.emplace(), *from);
  } else if constexpr (DescribedEnum<From>) {
    to = std::string(name_of(from));
  } else if constexpr (is_optional<From>) {
    assign(to, from.value());
  } else {
    to = matching<To>(from);
  }
}

}  // namespace described

// A `To` with the members of `from` that have the same names. Members which `from` does not have
// are named in the call, and stay as they are by default: matching<Event, &Event::reason>(order).
// An enumerator becomes its name where `To` has a string; what is optional has to be there where
// `To` needs it (std::bad_optional_access).
template <Described To, auto... Others, Described From>
To matching(const From& from) {
  return described::matching<To, Others...>(from);
}

// Gives the members of `to` the values that those of `changes` with the same names have. What is
// cleared (common/base/patch.hpp) is empty then, or a member that cannot be is as by default.
template <Described To, Described From>
void apply(To& to, const From& changes) {
  for_each_member<From>([&]<class F>(F) {
    static_assert(described::has_member<To>(F::name), "the record has no member of this name");
    for_each_member<To>([&]<class T>(T) {
      if constexpr (std::string_view(T::name) == std::string_view(F::name))
        described::assign(to.*T::pointer, changes.*F::pointer);
    });
  });
}

}  // namespace ticketing
