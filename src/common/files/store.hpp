// Files by key: the port. Adapters keep them in a folder, in the service's database or in S3.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/async/task.hpp"
#include "common/files/budget.hpp"

namespace ticketing::files {

inline constexpr std::size_t file_bytes_max = 6 * 1024 * 1024;
inline constexpr std::size_t key_bytes_max = 200;

// What a file consists of. It is in the store's budget until it goes.
struct Content {
  std::string bytes;
  Budget::Hold hold;
};

// A key is parts of lower-case letters, digits, '-', '_' and '.', separated by slashes; none begins
// with a dot. Another one is a programming error, as is a file of more than `file_bytes_max`.
bool is_key(std::string_view key);

class Store {
 public:
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Resumes when the file is durable. Replaces the one with this key; a reader gets one of the two,
  // never a part. Throws Unavailable: it may or may not be there, put it again or erase it.
  Task<> put(std::string key, std::string bytes);
  // Nothing when there is no such file. Throws Unavailable, also for a file of more than
  // `bytes_max`, and Overloaded while too many bytes of files are in memory.
  Task<std::optional<Content>> get(std::string key, std::size_t bytes_max);
  // No error when there is none. Throws Unavailable: it may still be there.
  Task<> erase(std::string key);

 protected:
  Store() = default;

 private:
  virtual Task<> write(std::string key, std::string bytes) = 0;
  virtual Task<std::optional<std::string>> read(std::string key, std::size_t bytes_max) = 0;
  virtual Task<> remove(std::string key) = 0;

  Budget budget_;
};

}  // namespace ticketing::files
