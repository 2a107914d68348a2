#include "common/bus/jetstream/dead_letter_stream.hpp"

#include <fmt/format.h>
#include <nats/nats.h>

#include <algorithm>
#include <charconv>

#include "common/base/exceptions.hpp"
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_message.hpp"
#include "common/bus/jetstream/waiting_connection.hpp"

namespace ticketing::bus {
namespace {

// dead.<consumer>.<subject>, where consumers have no dots.
std::string subject_of(const std::string& dead_subject) {
  const std::size_t consumer = dead_subject.find('.');
  const std::size_t subject = dead_subject.find('.', consumer + 1);
  return subject == std::string::npos ? dead_subject : dead_subject.substr(subject + 1);
}

KeptDeadLetter decode(natsMsg* message) {
  KeptDeadLetter kept{.sequence = natsMsg_GetSequence(message), .letter = {}};
  kept.letter.event = decode_event(message, "");
  kept.letter.event.subject = subject_of(kept.letter.event.subject);
  kept.letter.consumer = header(message, dead_letter_consumer_header);
  kept.letter.reason = header(message, dead_letter_reason_header);
  kept.letter.failed_at =
      parse_iso8601(header(message, dead_letter_time_header)).value_or(Timestamp{});
  return kept;
}

}  // namespace

struct DeadLetterStream::Connection : WaitingConnection {
  Connection(const std::string& url, const std::string& ca_file)
      : WaitingConnection(url, ca_file, "ticketing-admin") {}

  // The first letter at or after `sequence`; null when there is none.
  MessagePointer find(std::uint64_t sequence) const {
    return WaitingConnection::find(dead_letter_stream, std::string(dead_letter_prefix) + ">",
                                   sequence);
  }

  // Whether there is the consumer by which the service gets these events.
  bool listens(const std::string& consumer, const std::string& subject) const {
    jsConsumerInfo* info = nullptr;
    jsErrCode code{};
    const natsStatus status = js_GetConsumerInfo(
        &info, js(), event_stream, durable_name(consumer, subject).c_str(), nullptr, &code);
    if (status == NATS_NOT_FOUND) return false;
    require(status, "cannot look at the listener", code);
    const bool is_of_subject =
        info->Config->FilterSubject != nullptr && info->Config->FilterSubject == subject;
    jsConsumerInfo_Destroy(info);
    return is_of_subject;
  }

  // Whether the stream has the event as it is in a letter. The letter's id is
  // "<consumer>/<event>@<stream sequence>".
  bool has(const Event& event, const std::string& letter_id) const {
    std::uint64_t sequence = 0;
    const std::size_t at = letter_id.rfind('@') + 1;  // 0 when there is none
    std::from_chars(letter_id.data() + at, letter_id.data() + letter_id.size(), sequence);
    if (at == 0 || sequence == 0) return false;
    natsMsg* message = nullptr;
    jsErrCode code{};
    const natsStatus status = js_GetMsg(&message, js(), event_stream, sequence, nullptr, &code);
    if (status == NATS_NOT_FOUND) return false;
    require(status, "cannot read the event", code);
    const MessagePointer owned(message);
    const Event stored = decode_event(message, "");
    return is_sent_as_its_subject(message) && stored.subject == event.subject &&
           stored.id == event.id && stored.payload == event.payload;
  }
};

// Checks at once that the stream exists: a read from a missing stream gets no answer.
DeadLetterStream::DeadLetterStream(const std::string& url, const std::string& ca_file)
    : connection_(std::make_unique<Connection>(url, ca_file)) {
  last_sequence();
}

DeadLetterStream::~DeadLetterStream() = default;

std::vector<KeptDeadLetter> DeadLetterStream::list(std::uint64_t from, std::size_t letters_max) {
  std::vector<KeptDeadLetter> letters;
  std::uint64_t next = std::max<std::uint64_t>(from, 1);
  while (letters.size() < letters_max) {
    const MessagePointer message = connection_->find(next);
    if (!message) break;
    letters.push_back(decode(message.get()));
    next = letters.back().sequence + 1;
  }
  return letters;
}

std::uint64_t DeadLetterStream::last_sequence() {
  jsStreamInfo* info = nullptr;
  jsErrCode code{};
  const natsStatus status =
      js_GetStreamInfo(&info, connection_->js(), dead_letter_stream, nullptr, &code);
  if (status == NATS_NOT_FOUND) {
    throw Unavailable(std::string("this server has no stream ") + dead_letter_stream +
                      "; the program that declares the streams makes it");
  }
  require(status, "cannot look at the dead letters", code);
  const std::uint64_t last = info->State.LastSeq;
  jsStreamInfo_Destroy(info);
  return last;
}

Result<void> DeadLetterStream::replay(std::uint64_t sequence, bool is_unproven_allowed) {
  const MessagePointer message = connection_->find(sequence);
  if (!message || natsMsg_GetSequence(message.get()) != sequence) {
    return refuse(ErrorKind::not_found, dead_letter_not_found, "There is no such dead letter.");
  }
  const DeadLetter letter = decode(message.get()).letter;
  const Event& event = letter.event;
  if (!connection_->listens(letter.consumer, event.subject)) {
    return refuse(
        ErrorKind::invalid, dead_letter_refused,
        fmt::format("The service {} does not listen to {}, so the event was not published.",
                    letter.consumer, event.subject));
  }
  if (!is_unproven_allowed && !connection_->has(event, header(message.get(), message_id_header))) {
    return refuse(ErrorKind::invalid, dead_letter_refused,
                  "The stream does not have this event (any more): its publisher cannot be proved. "
                  "Look at its payload first, then replay it with --unproven.");
  }
  // Not the event's own id: the server may still have it in its window, and would drop the event.
  Headers headers = event_headers(event);
  headers.emplace_back(message_id_header, event.id + "/replay/" + std::to_string(sequence));
  const MessagePointer again =
      to_nats({.subject = event.subject, .headers = headers, .data = event.payload});
  jsErrCode code{};
  require(js_PublishMsg(nullptr, connection_->js(), again.get(), nullptr, &code),
          "cannot publish the event", code);
  require(js_DeleteMsg(connection_->js(), dead_letter_stream, sequence, nullptr, &code),
          "cannot delete the dead letter", code);
  return {};
}

}  // namespace ticketing::bus
