#include "admin/operator_name.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace ticketing::admin {

std::string operator_name() {
  std::array<char, 256> machine{};
  ::gethostname(machine.data(), machine.size() - 1);
  // Behind sudo the user is root, and who called it is named there.
  const char* name = std::getenv("SUDO_USER");
  const passwd* user = ::getpwuid(::getuid());
  if (name == nullptr && user != nullptr) name = user->pw_name;
  std::string text = std::string(name == nullptr ? "unknown" : name) + "@" + machine.data();
  // Goes into a header field.
  std::erase_if(text, [](char c) { return c <= ' ' || c > '~'; });
  return text;
}

}  // namespace ticketing::admin
