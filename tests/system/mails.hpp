// The mails of a marketplace without a mail server, which are files, as their owners read them.
#pragma once

#include <string>
#include <vector>

namespace ticketing::system {

// The token of the link to this page ("reset") in the last mail to this address, once one has come.
std::string wait_for_token(const std::string& folder, const std::string& email,
                           const std::string& page);

// The last mail to this address with this subject, once it has come.
std::string wait_for_mail(const std::string& folder, const std::string& email,
                          const std::string& subject);
// All that have come, the oldest first.
std::vector<std::string> all_mails(const std::string& folder);

}  // namespace ticketing::system
