#include "common/db/postgres/postgres_answer.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <charconv>
#include <string_view>

namespace ticketing::db {
namespace {

// The server's pg_type.h is not part of its client library.
enum TypeOid : Oid {
  bool_oid = 16,
  int8_oid = 20,
  int2_oid = 21,
  int4_oid = 23,
  numeric_oid = 1700
};

Value decode_value(std::string_view text, Oid type) {
  if (type == bool_oid) return std::int64_t{text == "t"};
  if (type == int8_oid || type == int4_oid || type == int2_oid || type == numeric_oid) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
  }
  return std::string(text);
}

std::int64_t affected_by(const pg_result& answer) {
  auto* handle = const_cast<pg_result*>(&answer);  // libpq's getters take no const
  if (std::string_view(PQcmdStatus(handle)).starts_with("SELECT")) return 0;
  const std::string_view count = PQcmdTuples(handle);
  std::int64_t affected = 0;
  std::from_chars(count.data(), count.data() + count.size(), affected);
  return affected;
}

PostgresFault::Kind kind_of(std::string_view state) {
  using Kind = PostgresFault::Kind;
  if (state == "40P01" || state == "40001" || state == "55P03") return Kind::contention;
  if (state == "23505") return Kind::not_unique;
  // Prepared statements that are gone or planned for another shape of the table, and a server that
  // became a standby.
  if (state == "26000" || state == "0A000" || state == "25006") return Kind::link_stale;
  if (state == "53100") return Kind::disk_full;
  if (state == "08P01") return Kind::refused;  // a wrong number of parameters
  const std::string_view group = state.substr(0, 2);
  for (const std::string_view refused : {"21", "22", "23", "42", "44", "54"}) {
    if (group == refused) return Kind::refused;
  }
  return Kind::unavailable;
}

const RowShape& shape_of(const pg_result& answer, const Sql* sql) {
  if (sql != nullptr && sql->shape() != nullptr) return *sql->shape();
  std::vector<std::string> columns;
  for (int i = 0; i < PQnfields(&answer); ++i) columns.emplace_back(PQfname(&answer, i));
  return sql != nullptr ? sql->check_columns(std::move(columns)) : RowShape::of(std::move(columns));
}

std::string_view field(const pg_result& answer, int code) {
  const char* text = PQresultErrorField(&answer, code);
  return text == nullptr ? "" : text;
}

}  // namespace

void FreeAnswer::operator()(pg_result* answer) const { PQclear(answer); }

StatementResult decode_answer(const pg_result& answer, const Sql* sql) {
  StatementResult result{.rows = {}, .affected = affected_by(answer)};
  const int rows = PQntuples(&answer);
  const int columns = PQnfields(&answer);
  if (rows == 0) return result;
  const RowShape& shape = shape_of(answer, sql);
  result.rows.reserve(static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(&answer, row, column) != 0) {
        values.emplace_back();
        continue;
      }
      const auto length = static_cast<std::size_t>(PQgetlength(&answer, row, column));
      values.push_back(
          decode_value({PQgetvalue(&answer, row, column), length}, PQftype(&answer, column)));
    }
    result.rows.emplace_back(std::move(values), shape);
  }
  return result;
}

PostgresFault fault_of(const pg_result& answer, const std::string& statement_name) {
  const std::string_view state = field(answer, PG_DIAG_SQLSTATE);
  std::string reason = fmt::format("{}: PostgreSQL error {}", statement_name, state);
  const std::string_view constraint = field(answer, PG_DIAG_CONSTRAINT_NAME);
  if (!constraint.empty()) reason += fmt::format(" (constraint {})", constraint);
  // The message of a malformed statement quotes its text only; other messages may quote values.
  if (state.starts_with("42")) {
    reason += fmt::format(": {}", field(answer, PG_DIAG_MESSAGE_PRIMARY));
  }
  return {.kind = kind_of(state), .reason = std::move(reason)};
}

}  // namespace ticketing::db
