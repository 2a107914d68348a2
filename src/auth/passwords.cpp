#include "auth/passwords.hpp"

#include <sodium.h>

#include <array>

#include "common/base/assert.hpp"
#include "common/base/random.hpp"
#include "common/base/text_unicode.hpp"

namespace ticketing::auth {
namespace {

constexpr std::size_t threads = 2;
constexpr std::size_t queue_max = 32;
constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19'456ULL * 1024;

std::string hash_now(const std::string& password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  // Fails only without enough memory; there is no way to continue then.
  TICKETING_ASSERT(crypto_pwhash_str_alg(out.data(), password.data(), password.size(), passes,
                                         memory_bytes, crypto_pwhash_ALG_ARGON2ID13) == 0);
  return out.data();
}

bool matches(const std::string& stored, const std::string& password) {
  return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
}

}  // namespace

Passwords::Passwords() : pool_(threads, queue_max) {
  TICKETING_ASSERT(sodium_init() >= 0);
  std::array<std::byte, 32> random{};
  SystemRandom{}.fill(random);
  unknown_user_hash_ =
      hash_now(std::string(reinterpret_cast<const char*>(random.data()), random.size()));
}

Task<std::string> Passwords::hash(std::string password) {
  co_return co_await pool_.run<std::string>(
      [password = to_nfc(password)] { return hash_now(password); });
}

Task<bool> Passwords::verify(std::string password, std::string stored) {
  const bool known = !stored.empty();
  if (!known) stored = unknown_user_hash_;
  const bool is_right =
      co_await pool_.run<bool>([password = std::move(password), stored = std::move(stored)] {
        const std::string composed = to_nfc(password);
        return matches(stored, composed) || (composed != password && matches(stored, password));
      });
  co_return known&& is_right;
}

}  // namespace ticketing::auth
