#include "common/base/sealed_text.hpp"

#include <sodium.h>

#include <span>

#include "common/base/assert.hpp"
#include "common/base/secret.hpp"
#include "common/base/text.hpp"

namespace ticketing {
namespace {

constexpr std::size_t seal_nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t seal_code_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(secret_key_bytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

TextSeal::TextSeal(std::string key) : key_(std::move(key)) {
  TICKETING_ASSERT(sodium_init() >= 0 && key_.size() == secret_key_bytes);
}

std::string TextSeal::seal(std::string_view text, std::string_view context, Random& random) const {
  std::string sealed(seal_nonce_bytes + text.size() + seal_code_bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(sealed).first(seal_nonce_bytes)));
  crypto_aead_xchacha20poly1305_ietf_encrypt(octets(sealed) + seal_nonce_bytes, nullptr,
                                             octets(text), text.size(), octets(context),
                                             context.size(), nullptr, octets(sealed), octets(key_));
  return to_base64url(std::as_bytes(std::span(sealed)));
}

std::optional<std::string> TextSeal::open(std::string_view sealed, std::string_view context) const {
  const auto bytes = from_base64url(sealed);
  if (!bytes || bytes->size() < seal_nonce_bytes + seal_code_bytes) return std::nullopt;
  const std::string_view all = *bytes;
  const std::string_view content = all.substr(seal_nonce_bytes);
  std::string text(content.size() - seal_code_bytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(octets(text), nullptr, nullptr, octets(content),
                                                 content.size(), octets(context), context.size(),
                                                 octets(all), octets(key_)) != 0) {
    return std::nullopt;
  }
  return text;
}

}  // namespace ticketing
