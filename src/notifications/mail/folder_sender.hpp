// Writes mails into a folder, one .eml file each, for development. The newest 1,000 stay.
#pragma once

#include <filesystem>
#include <memory>

#include "notifications/mail/sender.hpp"

namespace ticketing::notifications::mail {

inline constexpr std::size_t folder_mails_max = 1'000;

// Makes the folder, readable by its user alone, with the first mail.
std::unique_ptr<Sender> make_folder_sender(std::filesystem::path folder);

}  // namespace ticketing::notifications::mail
