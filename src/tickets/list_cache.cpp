#include "tickets/list_cache.hpp"

#include <fmt/format.h>

namespace ticketing::tickets {
namespace {

// Searches are many: when there is no more room, all answers go, and those that are asked for come
// back with one read each.
constexpr std::size_t answers_max = 64;
constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::size_t key_bytes_max = 256;

}  // namespace

std::optional<std::string> ListCache::key_of(const http::Request& request) {
  std::string key;
  for (const auto& [name, value] : request.query) {
    if (name == "mine") return std::nullopt;
    key += fmt::format("{}:{}{}:{}", name.size(), name, value.size(), value);
    if (key.size() > key_bytes_max) return std::nullopt;
  }
  return key;
}

std::optional<std::uint64_t> ListCache::commits_so_far() const {
  if (counted_ == nullptr) return std::nullopt;
  return counted_->commits_so_far();
}

const http::Response* ListCache::find(const std::string& key) {
  if (!commits_ || commits_ != commits_so_far()) return nullptr;
  const auto found = answers_.find(key);
  return found == answers_.end() ? nullptr : &found->second;
}

void ListCache::put(std::string key, std::optional<std::uint64_t> commits,
                    const http::Response& answer) {
  if (!commits || commits != commits_so_far()) return;
  if (answer.body.size() > answer_bytes_max) return;
  if (commits_ != commits || answers_.size() >= answers_max) answers_.clear();
  commits_ = commits;
  answers_.insert_or_assign(std::move(key), answer);
}

}  // namespace ticketing::tickets
