#include "common/db/statement_text.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace ticketing::db {

std::string StatementText::add(Value value) {
  params_.push_back(std::move(value));
  return fmt::format("${}", params_.size());
}

Statement StatementText::take(const std::string& name, const RowShape* shape) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Sql>, std::less<>> all;
  const std::lock_guard lock(mutex);
  std::unique_ptr<Sql>& sql = all[text_];
  if (!sql)
    sql = shape != nullptr ? std::make_unique<Sql>(name, text_, *shape)
                           : std::make_unique<Sql>(name, text_);
  return {.sql = sql.get(), .params = std::move(params_)};
}

}  // namespace ticketing::db
