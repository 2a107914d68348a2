// Writes JSON text piece by piece, in the order of the calls. The caller keeps it well-formed:
// every begin has its end, every value inside an object has its key.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/money.hpp"

namespace ticketing::json {

class Writer {
 public:
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(std::same_as<bool> auto flag) { return raw(flag ? "true" : "false"); }
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  Writer& value(Integer number) {
    return integer(static_cast<std::int64_t>(number));
  }
  Writer& value(Money money);     // major units: 19.99
  Writer& value(Timestamp time);  // "2026-01-31T09:30:00.000Z"
  Writer& null() { return raw("null"); }
  Writer& raw(std::string_view json);  // already JSON

  template <class T>
  Writer& field(std::string_view name, const T& member) {
    return key(name).value(member);
  }
  // Left out when there is none.
  template <class T>
  Writer& field(std::string_view name, const std::optional<T>& member) {
    return member ? key(name).value(*member) : *this;
  }

  std::string take() { return std::move(out_); }

 private:
  Writer& integer(std::int64_t number);
  void separate();

  std::string out_;
  bool first_ = true;  // nothing written yet on this level, or a key just was
};

}  // namespace ticketing::json
