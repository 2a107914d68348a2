// What a seller sends for a ticket, a file or a code in words, and the rules about it. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"
#include "delivery/ticket_copy.hpp"

namespace ticketing::delivery {

struct Upload {
  std::string id;
  std::string ticket_id;
  std::string digest;                       // of what was sent, under a key
  std::optional<std::string> media_type{};  // of a file; nothing: a code without a file
  std::int64_t bytes = 0;                   // of the file as it was sent
  std::int64_t pages = 0;
  std::int64_t barcodes = 0;
  std::string sealed_key;  // of its file and codes
  Timestamp created_at;
  std::optional<Timestamp> erased_at{};  // since when it has no key
};
BOOST_DESCRIBE_STRUCT(Upload, (),
                      (id, ticket_id, digest, media_type, bytes, pages, barcodes, sealed_key,
                       created_at, erased_at))

// Nothing of it can be read any more, even if a part of it is still stored.
inline bool is_erased(const Upload& upload) { return upload.erased_at.has_value(); }

// A code as it is stored; or a file in which no code was found, which is compared as a whole.
struct SealedCode {
  static constexpr std::int64_t file_position = -1;
  std::string upload_id;
  std::int64_t position = 0;
  std::string ticket_id;
  std::string format;
  std::string sealed_text;
  std::string fingerprint;
};
BOOST_DESCRIBE_STRUCT(SealedCode, (),
                      (upload_id, position, ticket_id, format, sealed_text, fingerprint))

enum class UploadState { ready, rejected };
BOOST_DESCRIBE_ENUM(UploadState, ready, rejected)

// The answer to an upload.
struct UploadAnswer {
  UploadState state = UploadState::ready;
  std::int64_t pages = 0;
  std::int64_t barcodes = 0;
  std::optional<std::string> reason{};  // why it was rejected: a code of contracts/codes.hpp
};
BOOST_DESCRIBE_STRUCT(UploadAnswer, (), (state, pages, barcodes, reason))

inline UploadAnswer answer_of(const Upload& upload) {
  return {.pages = upload.pages, .barcodes = upload.barcodes};
}

// What is kept of a seller: the files of the tickets that are available or reserved.
struct Kept {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (files, bytes))
// At most; 0: no limit.
struct KeptMax {
  std::int64_t files = 1'000;
  std::int64_t bytes = 1'000'000'000;
};
// Whether one more file of `bytes` may be kept beside `others`, those of the seller's other
// tickets. Refuses with `too_many_files_kept` and `too_many_bytes_kept`.
Result<void> check_room(const Kept& others, std::int64_t bytes, const KeptMax& max);

// How long an upload that no ticket has is kept.
inline constexpr std::chrono::hours unused_upload_kept{1};
// How long what a buyer gets is kept after its show is over or, without a show, after it was shown.
// What was not shown, of a ticket without a show, is kept for as long as the ticket has it.
inline constexpr std::chrono::days used_upload_kept{30};

// What two codes are compared by, of any format and for any show: a scanner at the door lets in the
// first of two that say the same. Without blanks and control characters, in NFC.
std::string comparable(std::string_view code_text);

// Whether `user_id` may say now what the buyer of the ticket gets. Refuses with `not_your_ticket`
// unless that user sells it, `ticket_reserved`, `ticket_sold`, `ticket_withdrawn`, `ticket_lapsed`.
// `is_due`: the ticket was paid for without it, and there is still time.
Result<void> check_upload(const TicketCopy& ticket, const std::string& user_id,
                          bool is_due = false);
// The same, where the ticket has `before`. Refuses also with `resale_keeps_file`: what a buyer
// lists again is what they bought.
Result<void> check_upload(const TicketCopy& ticket, const std::optional<Upload>& before,
                          const std::string& user_id, bool is_due = false);

}  // namespace ticketing::delivery
