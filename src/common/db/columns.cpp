#include "common/db/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace ticketing::db {
namespace {

bool is_name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

std::string ColumnList::list(std::string_view alias) const {
  std::string text;
  for (const Column& column : columns_) {
    if (!text.empty()) text += ", ";
    if (!alias.empty()) text += fmt::format("{}.", alias);
    text += column.name;
  }
  return text;
}

std::string ColumnList::values() const {
  std::string text;
  for (const Column& column : columns_) {
    if (!text.empty()) text += ", ";
    text += fmt::format("CAST(:{} AS {})", column.name, column.is_text ? "text" : "bigint");
  }
  return text;
}

std::string ColumnList::assignments(std::initializer_list<std::string_view> without) const {
  for (const std::string_view name : without) TICKETING_ASSERT(find(name) < size());
  std::string text;
  for (const Column& column : columns_) {
    if (std::ranges::find(without, column.name) != without.end()) continue;
    if (!text.empty()) text += ", ";
    text += fmt::format("{0} = :{0}", column.name);
  }
  return text;
}

std::size_t ColumnList::find(std::string_view name) const {
  const auto found = std::ranges::find(columns_, name, &Column::name);
  return static_cast<std::size_t>(found - columns_.begin());
}

void ColumnList::add(const std::string& path, std::string name, bool is_text) {
  columns_.push_back({.path = path, .name = std::move(name), .is_text = is_text});
}

void ColumnList::rename(const Renames& renames) {
  for (const auto& [path, name] : renames) {
    const auto found = std::ranges::find(columns_, std::string_view(path), &Column::path);
    TICKETING_ASSERT(found != columns_.end());
    found->name = name;
  }
}

std::vector<std::string> ColumnList::names() const {
  std::vector<std::string> names;
  for (const Column& column : columns_) names.push_back(column.name);
  return names;
}

NamedText::NamedText(std::string_view named, const ColumnList& columns,
                     std::initializer_list<std::string_view> others)
    : parameters(columns.size() + others.size(), -1) {
  replace_names(named, columns, others);
  for (std::size_t i = columns.size(); i < parameters.size(); ++i) {
    TICKETING_ASSERT(parameters[i] >= 0);  // a value that the text does not use
  }
}

void NamedText::replace_names(std::string_view named, const ColumnList& columns,
                              std::initializer_list<std::string_view> others) {
  while (!named.empty()) {
    const std::size_t colon = std::min(named.find(':'), named.size());
    text += named.substr(0, colon);
    named.remove_prefix(colon);
    if (named.empty()) return;
    named.remove_prefix(1);
    const auto end = std::ranges::find_if_not(named, is_name_character);
    const std::string_view name = named.substr(0, static_cast<std::size_t>(end - named.begin()));
    named.remove_prefix(name.size());
    std::size_t at = columns.find(name);
    if (at == columns.size()) {
      const auto other = std::ranges::find(others, name);
      TICKETING_ASSERT(other != others.end());  // neither a column nor named as another value
      at += static_cast<std::size_t>(other - others.begin());
    }
    if (parameters[at] < 0) parameters[at] = static_cast<int>(count++);
    text += fmt::format("${}", parameters[at] + 1);
  }
}

}  // namespace ticketing::db
