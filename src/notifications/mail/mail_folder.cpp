#include "notifications/mail/mail_folder.hpp"

#include <algorithm>
#include <fstream>
#include <functional>

#include "notifications/mail/folder_sender.hpp"

namespace ticketing::notifications::mail {
namespace {

std::vector<std::string> newest_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    if (is_name_of_mail(entry.path().filename().native()))
      names.push_back(entry.path().filename().native());
  }
  std::ranges::sort(names, std::greater{});
  names.resize(std::min(names.size(), MailFolder::listed_max));
  return names;
}

std::optional<ReceivedMail> read_mail(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string mime(MailFolder::mail_bytes_max, '\0');
  file.read(mime.data(), static_cast<std::streamsize>(mime.size()));
  mime.resize(static_cast<std::size_t>(file.gcount()));
  return from_mime(mime);
}

std::vector<StoredMail> read_newest(const std::filesystem::path& folder) {
  std::vector<StoredMail> mails;
  for (const std::string& name : newest_names(folder)) {
    if (auto mail = read_mail(folder / name)) mails.push_back({name, *std::move(mail)});
  }
  return mails;
}

}  // namespace

Task<std::vector<StoredMail>> MailFolder::list() {
  co_return co_await pool_.run<std::vector<StoredMail>>([this] { return read_newest(folder_); });
}

Task<std::optional<ReceivedMail>> MailFolder::find(std::string name) {
  if (!is_name_of_mail(name)) co_return std::nullopt;
  co_return co_await pool_.run<std::optional<ReceivedMail>>(
      [path = folder_ / name] { return read_mail(path); });
}

}  // namespace ticketing::notifications::mail
