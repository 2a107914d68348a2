#include "common/db/batches.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ticketing::db {
namespace {

constexpr std::size_t rows_at_once = 16;

}  // namespace

std::string batch_of_rows(std::size_t first, std::size_t width) {
  std::string rows;
  for (std::size_t row = 0; row < rows_at_once; ++row) {
    rows += row == 0 ? "(" : ", (";
    for (std::size_t i = 0; i < width; ++i)
      rows += fmt::format("{}CAST(${} AS text)", i == 0 ? "" : ", ", first + row * width + i);
    rows += ")";
  }
  return rows;
}

std::vector<Statement> in_batches(const Sql& sql, const std::vector<Value>& head,
                                  const TextRows& rows) {
  std::vector<Statement> statements;
  for (std::size_t at = 0; at < rows.size(); at += rows_at_once) {
    Statement statement{.sql = &sql, .params = head};
    for (std::size_t i = 0; i < rows_at_once; ++i) {
      for (const std::string& value : rows[std::min(at + i, rows.size() - 1)])
        statement.params.emplace_back(value);
    }
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace ticketing::db
