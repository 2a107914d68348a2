// How a described record lies in columns, and statements that are made from it. A member is the
// column of its name, money that of its name and "_cents"; a record within the record brings the
// columns of its own members.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/db/database.hpp"

namespace ticketing::db {

class ColumnList {
 public:
  // "t.id, t.title": for SELECT, with the alias of the table.
  std::string list(std::string_view alias = "") const;
  // ":id, :title", each with its type: for VALUES, or SELECT before a condition, in RecordSql.
  std::string values() const;
  // "title = :title, price_cents = :price_cents" without the columns that stay as they are.
  std::string assignments(std::initializer_list<std::string_view> without) const;

  // The index of a column; the number of columns when there is none of this name.
  std::size_t find(std::string_view name) const;
  std::size_t size() const { return columns_.size(); }

 protected:
  // No string_view: {"a", "b"} would be one, from the first pointer to the second.
  struct Rename {
    const char* member;
    const char* column;
  };
  using Renames = std::initializer_list<Rename>;

  void add(const std::string& path, std::string name, bool is_text);
  void rename(const Renames& renames);
  std::vector<std::string> names() const;

 private:
  struct Column {
    std::string path;  // "page.title"
    std::string name;  // "page_title"
    bool is_text;
  };
  std::vector<Column> columns_;
};

template <Described Record>
class Columns : public ColumnList {
 public:
  Columns() : Columns(Renames{}) {}
  // {{"page.title", "page_title"}}: the columns of members that are not called like them.
  Columns(const Renames& renames) {
    add_members<Record>("");
    rename(renames);
  }

  // For Sql: its rows consist of these columns, in this order, and are read as the record.
  const RowShape& shape() const { return RowShape::of(names(), &record_tag<Record>); }
  operator const RowShape&() const { return shape(); }

 private:
  template <class Inner>
  void add_members(const std::string& prefix) {
    for_each_member<Inner>([&]<class D>(D) {
      using Member = described::MemberType<Inner, D>;
      add_member<Member>(prefix + D::name, D::name);
    });
  }
  template <class Member>
  void add_member(const std::string& path, const std::string& name) {
    if constexpr (Described<Member>) {
      add_members<Member>(path + ".");
    } else if constexpr (is_optional<Member>) {
      add_member<typename Member::value_type>(path, name);
    } else {
      add(path, std::is_same_v<Member, Money> ? name + "_cents" : name,
          std::is_same_v<Member, std::string> || DescribedEnum<Member>);
    }
  }
};

// The named parameters of a text with ":name" in place of "$1": numbered, each name once.
class NamedText {
 public:
  NamedText(std::string_view text, const ColumnList& columns,
            std::initializer_list<std::string_view> others);

  std::string text;
  std::size_t count = 0;
  // The parameter of each column, then of each other name; -1: it is not used.
  std::vector<int> parameters;

 private:
  void replace_names(std::string_view named, const ColumnList& columns,
                     std::initializer_list<std::string_view> others);
};

// A statement that takes a record: ":title" in its text is the record's column of that name. The
// values of `others` come after the record, in their order.
template <Described Record>
class RecordSql {
 public:
  RecordSql(std::string name, const Columns<Record>& columns, std::string_view text,
            std::initializer_list<std::string_view> others = {})
      : RecordSql(std::move(name), NamedText(text, columns, others), others.size()) {}

  template <class... Others>
  Statement operator()(const Record& record, Others&&... others) const {
    TICKETING_ASSERT(sizeof...(others) == others_);
    Statement statement{.sql = &sql_, .params = std::vector<Value>(count_)};
    std::size_t at = 0;
    bind(statement, record, at);
    (put(statement, at++, std::forward<Others>(others)), ...);
    return statement;
  }

 private:
  RecordSql(std::string name, NamedText named, std::size_t others)
      : sql_(std::move(name), std::move(named.text)),
        count_(named.count),
        parameters_(std::move(named.parameters)),
        others_(others) {}

  template <class Inner>
  void bind(Statement& statement, const Inner& record, std::size_t& at) const {
    for_each_member<Inner>([&]<class D>(D) {
      const auto& member = record.*D::pointer;
      if constexpr (Described<std::remove_cvref_t<decltype(member)>>) {
        bind(statement, member, at);
      } else {
        put(statement, at++, member);
      }
    });
  }
  template <class T>
  void put(Statement& statement, std::size_t at, T&& value) const {
    const int parameter = parameters_[at];
    if (parameter < 0) return;
    statement.params[static_cast<std::size_t>(parameter)] = to_value(std::forward<T>(value));
  }

  Sql sql_;
  std::size_t count_;
  std::vector<int> parameters_;
  std::size_t others_;
};

}  // namespace ticketing::db
