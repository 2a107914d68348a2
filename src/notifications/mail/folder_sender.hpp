// Writes mails into a folder, one .eml file each, for development. The newest 1,000 stay, until
// they are to be forgotten.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "notifications/mail/sender.hpp"

namespace ticketing::notifications::mail {

inline constexpr std::size_t folder_mails_max = 1'000;

// Whether a file of the folder is named as a mail is: nothing else is opened.
bool is_name_of_mail(std::string_view name);

// Makes the folder, readable by its user alone, with the first mail.
std::unique_ptr<Sender> make_folder_sender(std::filesystem::path folder);

}  // namespace ticketing::notifications::mail
