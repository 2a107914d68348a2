// What can be done with what sellers send for their tickets: read it, seal it, and give it to the
// ticket by compare-and-set together with the event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/files/store.hpp"
#include "common/limits/rate_limit.hpp"
#include "common/runtime/change.hpp"
#include "common/runtime/fresh_copy.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "delivery/file_work.hpp"
#include "delivery/reading/reader.hpp"
#include "delivery/reading_turns.hpp"
#include "delivery/sealing.hpp"
#include "delivery/settings.hpp"
#include "delivery/show_copy.hpp"
#include "delivery/typed_code.hpp"
#include "delivery/upload.hpp"

namespace ticketing::delivery {
namespace store {
struct TicketAndUpload;
}  // namespace store

// What a seller sends, of a type that reading::file_type_of() knows.
struct SentFile {
  std::string media_type;
  std::string_view bytes;  // of the request
};

struct TicketFile {
  std::string media_type;  // one that reading::file_type_of() knows
  std::string bytes;
};

// A code that was sealed.
struct OpenCode {
  std::string format;  // as reading::to_string() gives it
  std::string text;
};

class Operations {
 public:
  // `settings.files_key` is set. `reader`: null where files cannot be read.
  Operations(runtime::Platform& platform, runtime::OwnedData& data, const Settings& settings,
             std::unique_ptr<reading::Reader> reader);

  // What the buyer of the ticket gets, in place of what was sent before. A file that cannot be read
  // is `rejected`, as is one without a code where proof is required, and what was there before
  // stays. The same file again gives the same answer.
  // Refuses with `ticket_not_found` (a new ticket is waited for), as check_upload() does, with
  // `too_many_files`, as check_room() and ReadingTurns do, and with `duplicate_ticket` when another
  // ticket has one of its codes. Throws Unavailable as the reader and ReadingTurns do, and without
  // a reader.
  Task<Result<UploadAnswer>> put_file(std::string ticket_id, Sender sender, SentFile file);
  // The same for a code without a file, for which there is always room.
  Task<Result<UploadAnswer>> put_code(std::string ticket_id, std::string user_id, TypedCode code);

  // What the buyer of the upload's ticket gets; who that is, assignments/ decides. Both throw
  // Unavailable when it cannot be opened: FILES_KEY is another one, or what is stored is damaged.
  Task<std::vector<OpenCode>> read_codes(Upload upload);
  // Of an upload with a file. Throws Overloaded, too, as files::Store::get() does.
  Task<TicketFile> read_file(Upload upload);

  // Whether what is sold without file and code is due.
  bool requires_proof() const { return requires_proof_; }

  // A ticket came to this version.
  Task<bus::Verdict> follow_ticket(TicketCopy ticket);
  // A show came to this version: what its buyers get is erased when it has been over for a time.
  Task<bus::Verdict> follow_show(ShowCopy show);

  void start();
  Task<> stop();
  // What start() does again and again: erases uploads that no ticket has had for an hour, and those
  // whose show has been over for `used_upload_kept`. What a killed process began is completed.
  Task<> erase_what_is_over();

 private:
  // Of an upload whose sender may send it. `answer`: the ticket has the same upload already.
  struct Admitted {
    TicketCopy ticket;
    std::string digest;
    std::optional<UploadAnswer> answer;
  };
  // A file or a code, as it is stored.
  struct Sent;
  // What a decision about an upload is based on.
  struct Findings {
    std::optional<TicketCopy> ticket;
    std::optional<Upload> upload;  // that the ticket has
    bool is_due = false;
    std::int64_t duplicates = 0;  // codes that another ticket has
    Kept others;                  // of the seller
  };

  Task<Result<Admitted>> admit(std::string ticket_id, std::string user_id, std::string digest);
  // Of the seller's other tickets.
  Task<Kept> kept_beside(const TicketCopy& ticket);
  std::optional<Error> count_upload(const std::string& user_id);
  UploadAnswer rejected(std::string_view reason);
  Task<Sent> seal(const Admitted& admitted, const reading::Reading& reading,
                  std::optional<SentFile> file);
  Task<Result<UploadAnswer>> store_and_set(Sent sent, std::string user_id);
  Task<> store_upload(Sent& sent);
  Task<Result<UploadAnswer>> set_upload(const Upload& upload, std::string user_id);
  Task<Findings> read(const Upload& upload);
  UploadKey open_key(const Upload& upload) const;
  runtime::Change change_to(const Upload& upload, const std::optional<Upload>& before);
  Task<std::optional<store::TicketAndUpload>> find(const std::string& ticket_id);
  void count(const std::string& result);

  runtime::Platform& platform_;
  runtime::OwnedData& data_;
  const std::unique_ptr<files::Store> files_;
  const std::unique_ptr<reading::Reader> reader_;
  Sealing sealing_;
  limits::RateLimit uploads_of_user_;
  const KeptMax kept_max_;
  const bool requires_proof_;
  ReadingTurns turns_;
  runtime::FreshCopies fresh_;
  runtime::Periodic erasing_;
  FileWork file_work_;  // uses sealing_
};

}  // namespace ticketing::delivery
