#include "common/files/store.hpp"

#include <algorithm>

#include "common/base/assert.hpp"

namespace ticketing::files {
namespace {

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
         c == '/';
}

}  // namespace

bool is_key(std::string_view key) {
  if (key.empty() || key.size() > key_bytes_max) return false;
  bool begins_part = true;
  for (const char c : key) {
    if (!is_key_character(c) || (begins_part && (c == '/' || c == '.'))) return false;
    begins_part = c == '/';
  }
  return !begins_part;
}

Task<> Store::put(std::string key, std::string bytes) {
  TICKETING_ASSERT(is_key(key) && bytes.size() <= file_bytes_max);
  const Budget::Hold hold = budget_.take(bytes.size());
  co_await write(std::move(key), std::move(bytes));
}

Task<std::optional<Content>> Store::get(std::string key, std::size_t bytes_max) {
  TICKETING_ASSERT(is_key(key) && bytes_max <= file_bytes_max);
  Budget::Hold hold = budget_.take(bytes_max);
  auto bytes = co_await read(std::move(key), bytes_max);
  if (!bytes) co_return std::nullopt;
  hold.shrink_to(bytes->size());
  co_return Content{.bytes = *std::move(bytes), .hold = std::move(hold)};
}

Task<> Store::erase(std::string key) {
  TICKETING_ASSERT(is_key(key));
  co_await remove(std::move(key));
}

}  // namespace ticketing::files
