#include "auth/device.hpp"

#include "common/base/digest.hpp"

namespace ticketing::auth {

std::string device_cookie(const TokenKey& key, const std::string& account_id,
                          const std::string& device_id) {
  const std::string claim = account_id + "." + device_id;
  return claim + "." + key.derive("device cookie", claim);
}

std::optional<std::string> device_of(const TokenKey& key, const std::string& cookie,
                                     const std::string& account_id) {
  if (account_id.empty() || cookie.size() > 256 || !cookie.starts_with(account_id + ".")) {
    return std::nullopt;
  }
  const std::size_t begin = account_id.size() + 1, end = cookie.find('.', begin);
  if (end == std::string::npos) return std::nullopt;
  std::string device_id = cookie.substr(begin, end - begin);
  if (!equals_in_constant_time(cookie, device_cookie(key, account_id, device_id))) {
    return std::nullopt;
  }
  return device_id;
}

}  // namespace ticketing::auth
