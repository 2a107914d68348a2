#include "common/identity/jwt.hpp"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "common/base/assert.hpp"
#include "common/base/digest.hpp"
#include "common/base/text.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::identity {
namespace {

constexpr std::size_t seen_max = 100'000;
constexpr std::size_t token_bytes_max = 4096;

unsigned char* raw(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64url(std::string_view text) {
  return to_base64url(std::as_bytes(std::span(text)));
}

std::int64_t seconds(Timestamp t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}
Timestamp from_seconds(std::int64_t s) { return Timestamp{std::chrono::seconds{s}}; }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}
std::vector<std::string> split(const std::string& text) {
  std::istringstream words(text);
  return {std::istream_iterator<std::string>(words), {}};
}

}  // namespace

std::optional<PublicKey> PublicKey::parse(std::string_view text) {
  const auto decoded = from_base64url(text);
  PublicKey key;
  if (!decoded || decoded->size() != key.bytes.size()) return std::nullopt;
  std::ranges::copy(std::as_bytes(std::span(*decoded)), key.bytes.begin());
  return key;
}

std::string PublicKey::base64url() const { return to_base64url(bytes); }

std::string PublicKey::id() const {
  const std::string thumbprint = R"({"crv":"Ed25519","kty":"OKP","x":")" + base64url() + R"("})";
  std::array<std::byte, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(raw(digest.data()), raw(thumbprint), thumbprint.size());
  return to_base64url(std::span(digest).first(12));
}

SigningKey::SigningKey(std::string_view secret) {
  TICKETING_ASSERT(sodium_init() >= 0);
  const auto master = keyed_digest({}, secret);
  auto seed = keyed_digest(master, "ticketing jwt ed25519 1");
  derivation_key_ = keyed_digest(master, "ticketing derivation 1");
  crypto_sign_seed_keypair(raw(public_key_.bytes.data()), raw(secret_key_.data()),
                           raw(seed.data()));
  sodium_memzero(seed.data(), seed.size());
  key_id_ = public_key_.id();
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_key_.data(), secret_key_.size());
  sodium_memzero(derivation_key_.data(), derivation_key_.size());
}

std::string SigningKey::sign(const Claims& claims) const {
  json::Writer header;
  header.begin_object()
      .field("alg", "EdDSA")
      .field("typ", "JWT")
      .field("kid", key_id_)
      .end_object();
  json::Writer body;
  body.begin_object()
      .field("iss", token_issuer)
      .field("aud", token_audience)
      .field("sub", claims.user_id)
      .field("email", claims.email)
      .field("sid", claims.session_id)
      .field("jti", claims.token_id)
      .field("nbf", seconds(claims.not_before))
      .field("exp", seconds(claims.expires_at))
      .field("email_verified", claims.email_verified)
      .field("roles", joined(claims.roles))
      .end_object();
  std::string token = base64url(header.take()) + "." + base64url(body.take());
  std::array<std::byte, crypto_sign_BYTES> signature{};
  crypto_sign_detached(raw(signature.data()), nullptr, raw(token), token.size(),
                       raw(secret_key_.data()));
  return token + "." + to_base64url(signature);
}

std::string SigningKey::derived_secret() const { return to_base64url(derivation_key_); }

TokenVerifier::TokenVerifier(const std::vector<PublicKey>& keys) {
  TICKETING_ASSERT(sodium_init() >= 0);
  for (const PublicKey& key : keys) keys_.emplace(key.id(), key);
}

void TokenVerifier::replace_keys(const std::vector<PublicKey>& keys) {
  keys_.clear();
  for (const PublicKey& key : keys) keys_.emplace(key.id(), key);
  seen_.clear();
}

std::optional<Claims> TokenVerifier::verify(std::string_view token, Timestamp now) {
  const auto known = seen_.find(token);
  if (known == seen_.end()) {
    auto claims = decode(token);
    if (!claims) return std::nullopt;
    if (claims->not_before - clock_leeway > now || claims->expires_at + clock_leeway <= now)
      return std::nullopt;
    if (seen_.size() >= seen_max) seen_.clear();
    seen_.emplace(token, *claims);
    return claims;
  }
  if (known->second.not_before - clock_leeway > now) return std::nullopt;
  if (known->second.expires_at + clock_leeway <= now) {
    seen_.erase(known);
    return std::nullopt;
  }
  return known->second;
}

std::optional<std::string> TokenVerifier::key_id_of(std::string_view header) {
  const auto text = from_base64url(header);
  if (!text) return std::nullopt;
  auto reader = json::Reader::parse(*text);
  if (!reader || reader->text("alg") != "EdDSA" || reader->text("typ") != "JWT")
    return std::nullopt;
  std::string key_id = reader->text("kid");
  if (reader->error()) return std::nullopt;
  return key_id;
}

bool TokenVerifier::has_unknown_key(std::string_view token) const {
  if (token.size() > token_bytes_max) return false;
  const auto key_id = key_id_of(token.substr(0, token.find('.')));
  return key_id && !keys_.contains(*key_id);
}

std::optional<Claims> TokenVerifier::decode(std::string_view token) const {
  if (token.size() > token_bytes_max) return std::nullopt;
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto body_text = from_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!body_text || !signature || signature->size() != crypto_sign_BYTES) return std::nullopt;

  const auto key_id = key_id_of(token.substr(0, first));
  if (!key_id) return std::nullopt;
  const auto key = keys_.find(*key_id);
  if (key == keys_.end()) return std::nullopt;
  const std::string_view signed_part = token.substr(0, second);
  if (crypto_sign_verify_detached(raw(*signature), raw(signed_part), signed_part.size(),
                                  raw(key->second.bytes.data())) != 0) {
    return std::nullopt;
  }

  auto body = json::Reader::parse(*body_text);
  if (!body || body->text("iss") != token_issuer || body->text("aud") != token_audience)
    return std::nullopt;
  Claims claims{.user_id = body->text("sub"),
                .email = body->text("email"),
                .session_id = body->text("sid"),
                .token_id = body->text("jti"),
                .not_before = from_seconds(body->integer("nbf")),
                .expires_at = from_seconds(body->integer("exp")),
                .email_verified = body->has("email_verified") && body->boolean("email_verified"),
                .roles = split(body->has("roles") ? body->text("roles") : "")};
  if (body->error()) return std::nullopt;
  return claims;
}

std::string to_jwks(const std::vector<PublicKey>& keys) {
  json::Writer writer;
  writer.begin_object().key("keys").begin_array();
  for (const PublicKey& key : keys) {
    writer.begin_object()
        .field("kty", "OKP")
        .field("crv", "Ed25519")
        .field("use", "sig")
        .field("alg", "EdDSA")
        .field("kid", key.id())
        .field("x", key.base64url())
        .end_object();
  }
  writer.end_array().end_object();
  return writer.take();
}

Result<std::vector<PublicKey>> parse_jwks(std::string_view json) {
  auto reader = json::Reader::parse(json);
  if (!reader) return std::unexpected(reader.error());
  std::vector<PublicKey> keys;
  std::vector<json::Reader> entries = reader->objects("keys");
  for (json::Reader& entry : entries) {
    if (entry.text("kty") != "OKP" || entry.text("crv") != "Ed25519") continue;
    if (const auto key = PublicKey::parse(entry.text("x"))) keys.push_back(*key);
  }
  if (auto error = reader->error()) return std::unexpected(*std::move(error));
  return keys;
}

}  // namespace ticketing::identity
