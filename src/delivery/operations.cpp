#include "delivery/operations.hpp"

#include <iterator>
#include <span>

#include "common/base/exceptions.hpp"
#include "common/base/text.hpp"
#include "contracts/codes.hpp"
#include "contracts/delivery_events.hpp"
#include "delivery/store.hpp"

namespace ticketing::delivery {
namespace {

constexpr Milliseconds erasing_interval{60'000};
constexpr std::int64_t erased_at_once = 100;

std::unexpected<Error> no_such_ticket() {
  return refuse(ErrorKind::not_found, slugs::ticket_not_found, "There is no such ticket.");
}

std::string sealed_text(const UploadKey& key, const std::string& text) {
  const std::string sealed = key.seal(text);
  return to_base64url(std::as_bytes(std::span(sealed)));
}

[[noreturn]] void cannot_open(const std::string& upload_id) {
  throw Unavailable("the upload " + upload_id + " cannot be opened: is FILES_KEY another one?");
}

std::string key_of(const std::string& upload_id) { return "uploads/" + upload_id; }

}  // namespace

struct Operations::Sent {
  Upload upload;
  std::vector<SealedCode> codes;
  std::optional<std::string> sealed_file;
};

Operations::Operations(runtime::Platform& platform, runtime::OwnedData& data,
                       const Settings& settings, std::unique_ptr<reading::Reader> reader)
    : platform_(platform),
      data_(data),
      files_(platform.open_files("delivery", data.database())),
      reader_(std::move(reader)),
      sealing_(settings.files_key, platform.random),
      uploads_of_user_(settings.files_an_hour, std::chrono::hours{1}),
      kept_max_(settings.kept_max),
      requires_proof_(settings.requires_proof),
      turns_(platform.executor, platform.clock),
      fresh_(platform),
      erasing_(platform, "erase the uploads whose time is over", erasing_interval) {}

void Operations::start() {
  erasing_.start([this] { return erase_what_is_over(); });
}

Task<> Operations::stop() { co_await erasing_.stop(); }

Task<std::optional<store::TicketAndUpload>> Operations::find(const std::string& ticket_id) {
  const auto found = co_await data_.database().query(store::ticket_and_upload(ticket_id));
  if (found.empty()) co_return std::nullopt;
  co_return found.rows.front().as<store::TicketAndUpload>();
}

std::optional<Error> Operations::count_upload(const std::string& user_id) {
  const auto wait =
      uploads_of_user_.take(limits::Caller::user(user_id), platform_.clock.steady_now());
  if (wait.count() == 0) return std::nullopt;
  return Error{.kind = ErrorKind::throttled,
               .slug = slugs::too_many_files(wait.count()),
               .detail = "Too many files and codes in an hour. Try again later.",
               .fields = {},
               .retry_after = wait};
}

Task<Result<Operations::Admitted>> Operations::admit(std::string ticket_id, std::string user_id,
                                                     std::string digest) {
  // NOLINTNEXTLINE(*-avoid-capturing-lambda-coroutines): its reader is awaited here
  const auto read = [&]() -> Task<std::optional<store::TicketAndUpload>> {
    co_return co_await find(ticket_id);
  };
  const auto found = co_await fresh_.find(ticket_id, user_id, read);
  if (!found) {
    co_return refuse(fresh_.not_found({.kind = ErrorKind::not_found,
                                       .slug = slugs::ticket_not_found,
                                       .detail = "There is no such ticket."},
                                      ticket_id));
  }
  if (auto allowed = check_upload(found->ticket, found->upload, user_id, found->is_due); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  Admitted admitted{.ticket = found->ticket, .digest = digest, .answer = std::nullopt};
  if (found->upload && found->upload->digest == digest) {
    admitted.answer = answer_of(*found->upload);
  } else if (auto error = count_upload(user_id)) {
    co_return std::unexpected(*std::move(error));
  }
  co_return admitted;
}

Task<Kept> Operations::kept_beside(const TicketCopy& ticket) {
  const auto found =
      co_await data_.database().query(store::kept_of_seller(ticket.user_id, ticket.id));
  co_return found.rows.front().as<Kept>();
}

Task<Result<UploadAnswer>> Operations::put_file(std::string ticket_id, Sender sender,
                                                SentFile file) {
  std::string digest = co_await file_work_.run<std::string>(
      file.bytes.size(), [&] { return sealing_.digest(file.media_type, file.bytes); });
  // Nothing is read for a caller who may not send it.
  const auto admitted = co_await admit(ticket_id, sender.user_id, std::move(digest));
  if (!admitted) co_return std::unexpected(admitted.error());
  if (admitted->answer) co_return *admitted->answer;
  const auto type = reading::file_type_of(file.media_type);
  TICKETING_ASSERT(type.has_value());
  if (!reader_) throw Unavailable("no program here reads files");
  const Kept others = co_await kept_beside(admitted->ticket);
  if (auto room = check_room(others, std::ssize(file.bytes), kept_max_); !room)
    co_return std::unexpected(std::move(room).error());
  // Until the file is stored, because until then it is in memory.
  const auto turn = co_await turns_.take(sender);
  if (!turn) co_return std::unexpected(turn.error());
  // Until it has been read it is kept nowhere but here.
  const auto read = co_await reader_->read(file.bytes, *type);
  if (!read) co_return rejected(read.error().slug.name());
  // A page that was not read may have the code of another ticket.
  if (read->pages_read < read->pages) co_return rejected(slugs::too_many_pages.name());
  if (requires_proof_ && read->codes.empty()) co_return rejected(slugs::no_code_found.name());
  co_return co_await store_and_set(co_await seal(*admitted, *read, std::move(file)),
                                   std::move(sender.user_id));
}

UploadAnswer Operations::rejected(std::string_view reason) {
  count("rejected");
  return {.state = UploadState::rejected, .reason = std::string(reason)};
}

Task<Result<UploadAnswer>> Operations::put_code(std::string ticket_id, std::string user_id,
                                                TypedCode code) {
  const auto admitted = co_await admit(ticket_id, user_id,
                                       sealing_.digest(reading::to_string(code.format), code.text));
  if (!admitted) co_return std::unexpected(admitted.error());
  if (admitted->answer) co_return *admitted->answer;
  const reading::Reading typed{
      .pages = 0,
      .pages_read = 0,
      .codes = {{.format = code.format, .bytes = code.text, .text = code.text}}};
  co_return co_await store_and_set(co_await seal(*admitted, typed, std::nullopt),
                                   std::move(user_id));
}

Task<Operations::Sent> Operations::seal(const Admitted& admitted, const reading::Reading& reading,
                                        std::optional<SentFile> file) {
  Sent sent;
  const std::string id = platform_.ids.next();
  const UploadKey key = sealing_.make_key(id);
  for (const reading::Code& code : reading.codes) {
    sent.codes.push_back({.upload_id = id,
                          .position = std::ssize(sent.codes),
                          .ticket_id = admitted.ticket.id,
                          .format = std::string(reading::to_string(code.format)),
                          .sealed_text = sealed_text(key, code.text),
                          .fingerprint = sealing_.fingerprint(comparable(code.text))});
  }
  const std::int64_t barcodes = std::ssize(sent.codes);
  if (barcodes == 0) {
    sent.codes.push_back({.upload_id = id,
                          .position = SealedCode::file_position,
                          .ticket_id = admitted.ticket.id,
                          .format = "file",
                          .sealed_text = "",
                          .fingerprint = admitted.digest});
  }
  sent.upload = {.id = id,
                 .ticket_id = admitted.ticket.id,
                 .digest = admitted.digest,
                 .pages = reading.pages,
                 .barcodes = barcodes,
                 .sealed_key = sealing_.seal_key(key),
                 .created_at = platform_.clock.now()};
  if (file) {
    sent.upload.media_type = file->media_type;
    sent.upload.bytes = std::ssize(file->bytes);
    sent.sealed_file = co_await file_work_.run<std::string>(file->bytes.size(),
                                                            [&] { return key.seal(file->bytes); });
  }
  co_return sent;
}

Task<Result<UploadAnswer>> Operations::store_and_set(Sent sent, std::string user_id) {
  co_await store_upload(sent);
  auto answer = co_await set_upload(sent.upload, std::move(user_id));
  count(answer                                           ? "ready"
        : answer.error().slug == slugs::duplicate_ticket ? "duplicate"
                                                         : "refused");
  co_return answer;
}

// The row first: what a killed process has stored is found by it, and erased.
Task<> Operations::store_upload(Sent& sent) {
  db::Transaction transaction{.contends_for = sent.upload.ticket_id, .statements = {}};
  transaction.statements.push_back(store::insert_upload(sent.upload));
  for (const SealedCode& code : sent.codes)
    transaction.statements.push_back(store::insert_code(code));
  co_await data_.database().commit(std::move(transaction));
  if (sent.sealed_file) co_await files_->put(key_of(sent.upload.id), *std::move(sent.sealed_file));
}

Task<Operations::Findings> Operations::read(const Upload& upload) {
  Findings findings;
  const auto found = co_await data_.database().query(store::ticket_and_upload(upload.ticket_id));
  if (!found.empty()) {
    auto row = found.rows.front().as<store::TicketAndUpload>();
    findings.ticket = std::move(row.ticket);
    findings.upload = std::move(row.upload);
    findings.is_due = row.is_due;
  }
  const auto counted = co_await data_.database().query(store::count_duplicates(upload.id));
  findings.duplicates = counted.rows.front().integer("count");
  if (findings.ticket && upload.media_type)
    findings.others = co_await kept_beside(*findings.ticket);
  co_return findings;
}

Task<Result<UploadAnswer>> Operations::set_upload(const Upload& upload, std::string user_id) {
  co_return co_await runtime::change(
      data_, [&] { return read(upload); },
      [&](const Findings& found) -> Result<runtime::Decision<UploadAnswer>> {
        if (!found.ticket) return no_such_ticket();
        if (auto allowed = check_upload(*found.ticket, found.upload, user_id, found.is_due);
            !allowed)
          return std::unexpected(std::move(allowed).error());
        // The same was sent twice at a time.
        if (found.upload && found.upload->digest == upload.digest)
          return runtime::unchanged(answer_of(*found.upload));
        if (auto room = check_room(found.others, upload.bytes, kept_max_);
            upload.media_type && !room) {
          return std::unexpected(std::move(room).error());
        }
        if (found.duplicates > 0) {
          return refuse(ErrorKind::conflict, slugs::duplicate_ticket,
                        "Another ticket here has this code already.");
        }
        return runtime::changed(answer_of(upload), change_to(upload, found.upload));
      });
}

runtime::Change Operations::change_to(const Upload& upload, const std::optional<Upload>& before) {
  const bus::Event event =
      data_.events().make(contracts::DeliveryReady{.ticket_id = upload.ticket_id});
  const auto before_id = before ? std::optional(before->id) : std::nullopt;
  runtime::Change change{
      .contends_for = upload.ticket_id,
      .locks = {store::lock_ticket(upload.ticket_id), store::claim_codes(upload.id)},
      .write = store::set_upload(upload, before_id, event.id),
      .also = store::note_use(upload.ticket_id, platform_.clock.now()),
      .event = event,
      .entity_id = upload.ticket_id};
  change.also.push_back(store::tidy_codes(upload.ticket_id));
  db::append(change.also, store::note_end(upload.ticket_id));
  change.also.push_back(store::note_given(upload.ticket_id));
  return change;
}

UploadKey Operations::open_key(const Upload& upload) const {
  auto key = sealing_.open_key(upload.sealed_key, upload.id);
  if (!key) cannot_open(upload.id);
  return *std::move(key);
}

Task<std::vector<OpenCode>> Operations::read_codes(Upload upload) {
  const UploadKey key = open_key(upload);
  const auto found = co_await data_.database().query(store::codes_of(upload.id));
  std::vector<OpenCode> codes;
  for (const db::Row& row : found.rows) {
    const auto code = row.as<SealedCode>();
    const auto sealed = from_base64url(code.sealed_text);
    auto text = sealed ? key.open(*sealed) : std::nullopt;
    if (!text) cannot_open(upload.id);
    codes.push_back({.format = code.format, .text = *std::move(text)});
  }
  co_return codes;
}

Task<TicketFile> Operations::read_file(Upload upload) {
  const UploadKey key = open_key(upload);
  const auto sealed = co_await files_->get(key_of(upload.id), files::file_bytes_max);
  if (!sealed) cannot_open(upload.id);
  auto bytes = co_await file_work_.run<std::optional<std::string>>(
      sealed->bytes.size(), [&] { return key.open(sealed->bytes); });
  if (!bytes) cannot_open(upload.id);
  co_return TicketFile{.media_type = upload.media_type.value(), .bytes = *std::move(bytes)};
}

Task<bus::Verdict> Operations::follow_ticket(TicketCopy ticket) {
  // Each event has all of the ticket, so its predecessors need not have come.
  db::Transaction transaction{.contends_for = ticket.id,
                              .statements = store::follow_ticket(ticket, platform_.clock.now()),
                              .batch_delay = db::background_batch_delay};
  co_await data_.database().commit(std::move(transaction));
  // It may be for another show now.
  const auto kept = co_await data_.database().query(store::kept_upload_of(ticket.id));
  if (kept.empty()) co_return bus::Verdict::done;
  db::Transaction end{.contends_for = ticket.id,
                      .statements = store::note_end(ticket.id),
                      .batch_delay = db::background_batch_delay};
  co_await data_.database().commit(std::move(end));
  co_return bus::Verdict::done;
}

Task<bus::Verdict> Operations::follow_show(ShowCopy show) {
  // Each event has all of the show, so its predecessors need not have come.
  db::Transaction transaction{
      .contends_for = show.id, .statements = {}, .batch_delay = db::background_batch_delay};
  transaction.statements.push_back(store::follow_show(show));
  co_await data_.database().commit(std::move(transaction));
  db::Transaction end{
      .contends_for = show.id, .statements = store::note_end_of_show(show.id), .is_alone = true};
  co_await data_.database().commit(std::move(end));
  co_return bus::Verdict::done;
}

Task<> Operations::erase_what_is_over() {
  const Timestamp now = platform_.clock.now();
  db::Transaction begin{.contends_for = "uploads", .statements = {}};
  begin.statements.push_back(store::begin_to_erase(now - unused_upload_kept, now));
  co_await data_.database().commit(std::move(begin));
  for (;;) {
    const auto found = co_await data_.database().query(store::uploads_to_erase(erased_at_once));
    for (const db::Row& row : found.rows) {
      const auto upload = row.as<store::ErasingUpload>();
      if (upload.media_type) co_await files_->erase(key_of(upload.id));
      // After the file: a killed process erases the same file again.
      db::Transaction end{.contends_for = upload.id, .statements = store::end_erasing(upload)};
      co_await data_.database().commit(std::move(end));
    }
    if (std::ssize(found.rows) < erased_at_once || erasing_.is_stopping()) co_return;
  }
}

void Operations::count(const std::string& result) {
  platform_.metrics
      .counter("ticket_uploads_total", "Files and codes that sellers sent, by result",
               {{"result", result}})
      .Increment();
}

}  // namespace ticketing::delivery
