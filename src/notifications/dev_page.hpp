// The pages that show a developer the mails that were not sent. No I/O.
#pragma once

#include <string>
#include <vector>

#include "notifications/mail/mail_folder.hpp"

namespace ticketing::notifications {

std::string list_page(const std::vector<mail::StoredMail>& mails);
// The text, with its links, and a frame for the HTML.
std::string mail_page(const std::string& name, const mail::ReceivedMail& mail);

}  // namespace ticketing::notifications
