#include "auth/device.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

#include "common/base/digest.hpp"

namespace ticketing::auth {
namespace {

constexpr char between_entries = ':';
constexpr std::size_t entry_bytes_max = 256;

// What a cookie says of one account, which may be made up.
struct Entry {
  std::string account_id;
  std::string device_id;
  std::string text;
};

std::optional<Entry> entry_of(std::string_view text) {
  const std::size_t first = text.find('.');
  if (text.size() > entry_bytes_max || first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return Entry{.account_id = std::string(text.substr(0, first)),
               .device_id = std::string(text.substr(first + 1, second - first - 1)),
               .text = std::string(text)};
}

std::string entry_text(const TokenKey& key, const std::string& account_id,
                       const std::string& device_id) {
  const std::string claim = account_id + "." + device_id;
  return claim + "." + key.derive("device cookie", claim);
}

bool is_ours(const TokenKey& key, const Entry& entry) {
  return !entry.account_id.empty() &&
         equals_in_constant_time(entry.text, entry_text(key, entry.account_id, entry.device_id));
}

// Those that are ours, of no more than the first few: each costs a computation.
std::vector<Entry> entries_of(const TokenKey& key, std::string_view cookie) {
  std::vector<Entry> entries;
  for (const auto part :
       cookie | std::views::split(between_entries) | std::views::take(accounts_of_device_max)) {
    auto entry = entry_of(std::string_view(part));
    if (entry && is_ours(key, *entry)) entries.push_back(*std::move(entry));
  }
  return entries;
}

}  // namespace

std::string device_cookie(const TokenKey& key, const std::string& account_id,
                          const std::string& device_id, std::string_view before) {
  std::string cookie = entry_text(key, account_id, device_id);
  std::size_t count = 1;
  for (const Entry& entry : entries_of(key, before)) {
    if (entry.account_id == account_id) continue;
    if (++count > accounts_of_device_max) break;
    cookie += between_entries + entry.text;
  }
  return cookie;
}

std::optional<std::string> device_of(const TokenKey& key, std::string_view cookie,
                                     const std::string& account_id) {
  std::vector<Entry> entries = entries_of(key, cookie);
  const auto found = std::ranges::find(entries, account_id, &Entry::account_id);
  if (found == entries.end()) return std::nullopt;
  return std::move(found->device_id);
}

}  // namespace ticketing::auth
