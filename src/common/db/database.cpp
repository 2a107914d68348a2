#include "common/db/database.hpp"

#include <fmt/format.h>

#include <iterator>

#include "common/base/log.hpp"

namespace ticketing::db {

const RowShape& Sql::check_columns(std::vector<std::string> columns) const {
  if (declared_ != nullptr && declared_->columns != columns) {
    log::error("a statement gives other columns than its record has",
               {{"statement", name_},
                {"gives", fmt::format("{}", fmt::join(columns, ", "))},
                {"record", fmt::format("{}", fmt::join(declared_->columns, ", "))}});
    TICKETING_ASSERT(declared_->columns == columns);
  }
  const RowShape& shape = declared_ != nullptr ? *declared_ : RowShape::of(std::move(columns));
  checked_.store(&shape, std::memory_order_release);
  return shape;
}

void append(std::vector<Statement>& statements, std::vector<Statement> more) {
  statements.insert(statements.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
}

}  // namespace ticketing::db
