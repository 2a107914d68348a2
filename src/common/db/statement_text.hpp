// A statement whose text depends on what is asked for, put together piece by piece with its
// parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/db/database.hpp"

namespace ticketing::db {

class StatementText {
 public:
  StatementText& operator+=(std::string_view text) {
    text_ += text;
    return *this;
  }
  // "$1", "$2", …
  template <class T>
  std::string parameter(T&& value) {
    return add(to_value(std::forward<T>(value)));
  }
  // Each text exists once, for ever: no part of it may be of the request, only parameters.
  Statement take(const std::string& name, const RowShape& shape) { return take(name, &shape); }
  Statement take(const std::string& name) { return take(name, nullptr); }

 private:
  Statement take(const std::string& name, const RowShape* shape);
  std::string add(Value value);

  std::string text_;
  std::vector<Value> params_;
};

}  // namespace ticketing::db
