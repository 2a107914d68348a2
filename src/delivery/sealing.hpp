// How files and codes are sealed: each upload has a key of its own, which is kept sealed by a key
// that follows from FILES_KEY. Without the upload's key nothing of it can be read again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/random.hpp"

namespace ticketing::delivery {

class UploadKey {
 public:
  // Of the file. `sealed` is only opened by the same key.
  std::string seal(std::string_view content) const;
  // Nothing when it was changed, cut, or sealed with another key.
  std::optional<std::string> open(std::string_view sealed) const;

 private:
  friend class Sealing;
  UploadKey(std::string bytes, std::string upload_id)
      : bytes_(std::move(bytes)), upload_id_(std::move(upload_id)) {}
  std::string bytes_;
  std::string upload_id_;
};

class Sealing {
 public:
  // `files_key` has `secret_key_bytes`.
  Sealing(std::string_view files_key, Random& random);

  UploadKey make_key(const std::string& upload_id);
  // In base64url, only good for this upload.
  std::string seal_key(const UploadKey& key);
  // Nothing when it is another upload's or FILES_KEY is another one.
  std::optional<UploadKey> open_key(std::string_view sealed, const std::string& upload_id) const;

  // The same for the same text, and tells nothing of it without FILES_KEY.
  std::string fingerprint(std::string_view text) const;
  // The same for the same file or code.
  std::string digest(std::string_view kind, std::string_view content) const;

 private:
  std::string wrapping_key_;
  std::string fingerprint_key_;
  std::string digest_key_;
  Random& random_;
};

}  // namespace ticketing::delivery
