#include "common/bus/jetstream/message_eraser.hpp"

#include "common/bus/jetstream/jetstream_settings.hpp"

namespace ticketing::bus {

std::size_t MessageEraser::erase(const std::vector<std::string_view>& subjects,
                                 std::string_view text) {
  std::size_t erased = 0;
  for (const std::string_view subject : subjects) {
    const std::string own(subject);
    erased += erase_from(event_stream, own, text);
    erased += erase_from(dead_letter_stream, dead_letter_prefix + ("*." + own), text);
  }
  return erased;
}

std::size_t MessageEraser::erase_from(const char* stream, const std::string& subject,
                                      std::string_view text) {
  std::size_t erased = 0;
  std::uint64_t next = 1;
  while (const MessagePointer message = connection_.find(stream, subject, next)) {
    const std::uint64_t sequence = natsMsg_GetSequence(message.get());
    const std::string_view payload(natsMsg_GetData(message.get()),
                                   static_cast<std::size_t>(natsMsg_GetDataLength(message.get())));
    if (payload.contains(text)) {
      erase_message(stream, subject, sequence);
      ++erased;
    }
    next = sequence + 1;
  }
  return erased;
}

// It may have gone meanwhile.
void MessageEraser::erase_message(const char* stream, const std::string& subject,
                                  std::uint64_t sequence) {
  jsErrCode code{};
  const natsStatus status = js_EraseMsg(connection_.js(), stream, sequence, nullptr, &code);
  if (status == NATS_OK) return;
  const MessagePointer left = connection_.find(stream, subject, sequence);
  if (left && natsMsg_GetSequence(left.get()) == sequence)
    require(status, "cannot erase a message", code);
}

}  // namespace ticketing::bus
