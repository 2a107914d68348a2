// Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 ("EdDSA", RFC 8037), and nothing
// else. Header parameters that name a key elsewhere (jku, jwk, x5u) are never read.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/error.hpp"

namespace ticketing::identity {

inline constexpr std::string_view token_issuer = "ticketing/auth";
inline constexpr std::string_view token_audience = "ticketing";
inline constexpr std::chrono::seconds clock_leeway{30};

struct Claims {
  std::string user_id;     // sub
  std::string email;       // email
  std::string session_id;  // sid
  std::string token_id;    // jti
  Timestamp not_before;    // nbf
  Timestamp expires_at;    // exp
  // Absent in tokens of older releases.
  bool email_verified = false;          // email_verified
  std::vector<std::string> roles = {};  // roles, with spaces between them
};

struct PublicKey {
  std::array<std::byte, 32> bytes{};

  // Base64url of the 32 bytes, as in a JWK's "x"; nothing when it is not that.
  static std::optional<PublicKey> parse(std::string_view base64url);
  std::string base64url() const;
  // The key's name in token headers: its RFC 7638 thumbprint, shortened.
  std::string id() const;
};

// Signs; only auth has one. The secret never leaves it.
class SigningKey {
 public:
  // Derived from any secret text of 16 characters or more.
  explicit SigningKey(std::string_view secret);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  const PublicKey& public_key() const { return public_key_; }
  std::string sign(const Claims& claims) const;
  // A second secret, 256 bits in base64url, that is derived from the first and does not reveal it.
  std::string derived_secret() const;

 private:
  std::array<std::byte, 64> secret_key_{};
  std::array<std::byte, 32> derivation_key_{};
  PublicKey public_key_;
  std::string key_id_;
};

// Verifies; every service has one. A token that was seen before costs a look-up, not a signature.
// One thread only.
class TokenVerifier {
 public:
  explicit TokenVerifier(const std::vector<PublicKey>& keys);

  // Nothing unless the token is ours, well-formed, signed by a known key and valid at `now`, give
  // or take the leeway.
  std::optional<Claims> verify(std::string_view token, Timestamp now);
  // From now on these keys and no others; tokens seen before are checked again.
  void replace_keys(const std::vector<PublicKey>& keys);
  bool has_keys() const { return !keys_.empty(); }
  // Whether the token names a signing key that is not among the known ones.
  bool has_unknown_key(std::string_view token) const;

 private:
  std::optional<Claims> decode(std::string_view token) const;
  // The key that the token's header names; nothing unless the header is as ours are.
  static std::optional<std::string> key_id_of(std::string_view header);

  std::map<std::string, PublicKey> keys_;  // by key id
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, Claims, TextHash, std::equal_to<>> seen_;
};

// The keys as a JWK set (RFC 7517), for /.well-known/jwks.json.
std::string to_jwks(const std::vector<PublicKey>& keys);
// The Ed25519 keys of a JWK set; refuses what is not one. Keys of other kinds are passed over.
Result<std::vector<PublicKey>> parse_jwks(std::string_view json);

}  // namespace ticketing::identity
