// A mark that is set or absent: JSON has `true`, or leaves the field out.
#pragma once

namespace ticketing {

class Flag {
 public:
  constexpr Flag(bool is_set = false) : is_set_(is_set) {}
  constexpr operator bool() const { return is_set_; }

 private:
  bool is_set_;
};

}  // namespace ticketing
