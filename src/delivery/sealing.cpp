#include "delivery/sealing.hpp"

#include <sodium.h>

#include <array>
#include <span>

#include "common/base/assert.hpp"
#include "common/base/digest.hpp"
#include "common/base/secret.hpp"
#include "common/base/text.hpp"

namespace ticketing::delivery {
namespace {

constexpr std::size_t key_bytes = crypto_secretstream_xchacha20poly1305_KEYBYTES;
constexpr std::size_t header_bytes = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
constexpr std::size_t more_bytes = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t piece_bytes = std::size_t{64} * 1024;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string to_base64url(std::string_view bytes) {
  return ticketing::to_base64url(std::as_bytes(std::span(bytes)));
}

std::string random_bytes(Random& random, std::size_t count) {
  std::string bytes(count, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

// Keys for different purposes that tell nothing of each other.
std::string derive(std::string_view files_key, std::string_view purpose) {
  return hmac_sha256(files_key, purpose);
}

// Texts one after the other, so that no two lists give the same.
std::string joined(std::initializer_list<std::string_view> texts) {
  std::string all;
  for (const std::string_view text : texts) {
    all += std::to_string(text.size());
    all += ':';
    all += text;
  }
  return all;
}

}  // namespace

std::string UploadKey::seal(std::string_view content) const {
  crypto_secretstream_xchacha20poly1305_state state;
  std::string sealed(header_bytes, '\0');
  crypto_secretstream_xchacha20poly1305_init_push(&state, bytes_of(sealed), bytes_of(bytes_));
  sealed.reserve(header_bytes + content.size() + (content.size() / piece_bytes + 1) * more_bytes);
  for (bool is_last = false; !is_last;) {
    const std::string_view piece = content.substr(0, piece_bytes);
    content.remove_prefix(piece.size());
    is_last = content.empty();
    const std::size_t at = sealed.size();
    sealed.resize(at + piece.size() + more_bytes);
    crypto_secretstream_xchacha20poly1305_push(
        &state, bytes_of(sealed) + at, nullptr, bytes_of(piece), piece.size(), bytes_of(upload_id_),
        upload_id_.size(),
        is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
  }
  return sealed;
}

std::optional<std::string> UploadKey::open(std::string_view sealed) const {
  crypto_secretstream_xchacha20poly1305_state state;
  if (sealed.size() < header_bytes || crypto_secretstream_xchacha20poly1305_init_pull(
                                          &state, bytes_of(sealed), bytes_of(bytes_)) != 0)
    return std::nullopt;
  sealed.remove_prefix(header_bytes);
  std::string content;
  content.reserve(sealed.size());
  for (;;) {
    const std::string_view piece = sealed.substr(0, piece_bytes + more_bytes);
    if (piece.size() < more_bytes) return std::nullopt;
    sealed.remove_prefix(piece.size());
    const std::size_t at = content.size();
    content.resize(at + piece.size() - more_bytes);
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state, bytes_of(content) + at, nullptr, &tag,
                                                   bytes_of(piece), piece.size(),
                                                   bytes_of(upload_id_), upload_id_.size()) != 0)
      return std::nullopt;
    const bool is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    if (is_last != sealed.empty()) return std::nullopt;
    if (is_last) return content;
  }
}

Sealing::Sealing(std::string_view files_key, Random& random)
    : wrapping_key_(derive(files_key, "ticketing: keys of uploads")),
      fingerprint_key_(derive(files_key, "ticketing: fingerprints of codes")),
      digest_key_(derive(files_key, "ticketing: digests of uploads")),
      random_(random) {
  TICKETING_ASSERT(files_key.size() == secret_key_bytes);
  TICKETING_ASSERT(sodium_init() >= 0);
}

UploadKey Sealing::make_key(const std::string& upload_id) {
  return {random_bytes(random_, key_bytes), upload_id};
}

std::string Sealing::seal_key(const UploadKey& key) {
  std::string sealed = random_bytes(random_, nonce_bytes);
  const std::string nonce = sealed;
  sealed.resize(nonce_bytes + key_bytes + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed) + nonce_bytes, nullptr,
                                             bytes_of(key.bytes_), key.bytes_.size(),
                                             bytes_of(key.upload_id_), key.upload_id_.size(),
                                             nullptr, bytes_of(nonce), bytes_of(wrapping_key_));
  return to_base64url(sealed);
}

std::optional<UploadKey> Sealing::open_key(std::string_view sealed,
                                           const std::string& upload_id) const {
  const auto bytes = from_base64url(sealed);
  if (!bytes ||
      bytes->size() != nonce_bytes + key_bytes + crypto_aead_xchacha20poly1305_ietf_ABYTES)
    return std::nullopt;
  const std::string_view nonce = std::string_view(*bytes).substr(0, nonce_bytes);
  const std::string_view rest = std::string_view(*bytes).substr(nonce_bytes);
  std::string key(key_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(key), nullptr, nullptr, bytes_of(rest),
                                                 rest.size(), bytes_of(upload_id), upload_id.size(),
                                                 bytes_of(nonce), bytes_of(wrapping_key_)) != 0)
    return std::nullopt;
  return UploadKey(std::move(key), upload_id);
}

std::string Sealing::fingerprint(std::string_view text) const {
  return to_base64url(hmac_sha256(fingerprint_key_, text));
}

std::string Sealing::digest(std::string_view kind, std::string_view content) const {
  const auto key = std::as_bytes(std::span(digest_key_));
  const auto inner = keyed_digest(key, content);
  const std::string_view hashed(reinterpret_cast<const char*>(inner.data()), inner.size());
  return to_base64url(hmac_sha256(digest_key_, joined({kind, hashed})));
}

}  // namespace ticketing::delivery
