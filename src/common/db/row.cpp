#include "common/db/row.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>

namespace ticketing::db {

const RowShape& RowShape::of(std::vector<std::string> columns, const void* record) {
  static std::mutex mutex;
  static std::map<std::pair<std::vector<std::string>, const void*>, std::unique_ptr<RowShape>> all;
  const std::lock_guard lock(mutex);
  std::unique_ptr<RowShape>& shape = all[{columns, record}];
  if (!shape) shape.reset(new RowShape{.columns = std::move(columns), .record = record});
  return *shape;
}

std::size_t Row::find(std::string_view column) const {
  const auto found = std::ranges::find(shape_->columns, column);
  if (found == shape_->columns.end()) assertion_failed(std::string(column).c_str(), "row", 0);
  return static_cast<std::size_t>(found - shape_->columns.begin());
}

}  // namespace ticketing::db
