// The token verifier: nothing that was not signed is ever valid.
#include <cstddef>
#include <cstdint>

#include "common/base/assert.hpp"
#include "common/identity/jwt.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ticketing;
  static const identity::SigningKey key("a secret of some length");
  static identity::TokenVerifier verifier({key.public_key()});
  static const Timestamp now = from_millis(1'790'000'000'000);
  static const std::string good = key.sign({.user_id = "u",
                                            .email = "a@b.de",
                                            .session_id = "s",
                                            .token_id = "t",
                                            .not_before = now,
                                            .expires_at = now + std::chrono::minutes{15}});
  TICKETING_ASSERT(verifier.verify(good, now).has_value());
  std::string token(reinterpret_cast<const char*>(data), size);
  TICKETING_ASSERT(token == good || !verifier.verify(token, now));
  // The same damage to a token that was good: a byte changed somewhere.
  if (size >= 3) {
    std::string damaged = good;
    damaged[(data[0] * 256U + data[1]) % damaged.size()] = static_cast<char>(data[2]);
    TICKETING_ASSERT(damaged == good || !verifier.verify(damaged, now));
  }
  return 0;
}
