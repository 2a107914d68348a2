#include "delivery/upload.hpp"

#include <fmt/format.h>

#include <string>

#include "common/base/assert.hpp"
#include "common/base/text_unicode.hpp"
#include "contracts/codes.hpp"

namespace ticketing::delivery {
std::string comparable(std::string_view code_text) {
  std::string text = to_nfc(trim_unicode(code_text));
  std::erase_if(text, [](char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; });
  return text;
}

Result<void> check_upload(const TicketCopy& ticket, const std::string& user_id, bool is_due) {
  if (ticket.user_id != user_id) {
    return refuse(ErrorKind::unauthenticated, slugs::not_your_ticket,
                  "Only its seller may give a ticket its file or code.");
  }
  switch (ticket.status) {
    case TicketStatus::available: return {};
    case TicketStatus::reserved:
      if (is_due) return {};
      return refuse(ErrorKind::invalid, slugs::ticket_reserved,
                    "The file of a reserved ticket cannot be changed.");
    case TicketStatus::sold:
      if (is_due) return {};
      return refuse(ErrorKind::invalid, slugs::ticket_sold,
                    "The file of a sold ticket cannot be changed.");
    case TicketStatus::withdrawn:
      return refuse(ErrorKind::invalid, slugs::ticket_withdrawn,
                    "A withdrawn ticket takes no file.");
    case TicketStatus::lapsed:
      return refuse(ErrorKind::invalid, slugs::ticket_lapsed,
                    "The show has begun: the ticket takes no file.");
  }
  assertion_failed("an unknown status of a ticket", __FILE__, __LINE__);
}

Result<void> check_upload(const TicketCopy& ticket, const std::optional<Upload>& before,
                          const std::string& user_id, bool is_due) {
  if (auto allowed = check_upload(ticket, user_id, is_due); !allowed) return allowed;
  if (before && before->ticket_id != ticket.id) {
    return refuse(ErrorKind::invalid, slugs::resale_keeps_file,
                  "A ticket that is listed again keeps the file or code that it was bought with.");
  }
  return {};
}

Result<void> check_room(const Kept& others, std::int64_t bytes, const KeptMax& max) {
  if (max.files != 0 && others.files >= max.files) {
    return refuse(
        ErrorKind::invalid, slugs::too_many_files_kept(max.files),
        fmt::format("You have {} tickets with files for sale. Sell or withdraw one first.",
                    others.files));
  }
  if (max.bytes != 0 && others.bytes + bytes > max.bytes) {
    const std::int64_t megabytes = max.bytes / 1'000'000;
    return refuse(ErrorKind::invalid, slugs::too_many_bytes_kept(megabytes),
                  fmt::format("The files of your tickets for sale would have more than {} MB. Send "
                              "a smaller one.",
                              megabytes));
  }
  return {};
}

}  // namespace ticketing::delivery
