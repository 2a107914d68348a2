// A file descriptor that is closed at the end of its scope.
#pragma once

#include <unistd.h>

namespace ticketing {

class Descriptor {
 public:
  Descriptor() = default;
  // Takes ownership of `number`, as open(2) returns it: -1 stands for none.
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  // Only while none is open.
  void set(int number) { number_ = number; }
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (is_open()) ::close(number_);
    number_ = -1;
  }

 private:
  int number_ = -1;
};

}  // namespace ticketing
