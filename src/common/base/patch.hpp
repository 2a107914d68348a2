// What a request contains for a field that may be empty: nothing (it stays as it is), that it is
// cleared, or its new value. For something new, nothing and cleared are the same.
#pragma once

#include <optional>
#include <utility>

namespace ticketing {

template <class T>
class Patch {
 public:
  Patch() = default;
  // Clears the field, or sets it.
  Patch(std::optional<T> value) : is_given_(true), value_(std::move(value)) {}

  bool is_given() const { return is_given_; }
  const std::optional<T>& value() const { return value_; }

 private:
  bool is_given_ = false;
  std::optional<T> value_;
};

template <class T>
inline constexpr bool is_patch = false;
template <class T>
inline constexpr bool is_patch<Patch<T>> = true;

}  // namespace ticketing
