#include "notifications/mail/folder_sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <vector>

#include "common/async/worker_pool.hpp"
#include "common/base/digest.hpp"

namespace ticketing::notifications::mail {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mail_end = ".eml", partial_end = ".partial";

std::string time_in_name(Timestamp time) { return fmt::format("{:013}-", to_millis(time)); }
std::string mail_in_name(const std::string& message_id) {
  return sha256_hex(message_id).substr(0, 16) + "-";
}
std::string user_in_name(const std::string& user_id) {
  return sha256_hex(user_id).substr(0, 16) + std::string(mail_end);
}

// Names begin with the time, so that their order is that of the mails. The same mail again is the
// same file.
std::string file_name(const Message& message) {
  return time_in_name(message.date) + mail_in_name(message.id) + user_in_name(message.user_id);
}

void delete_oldest(const fs::path& folder) {
  std::vector<fs::path> mails;
  for (const auto& entry : fs::directory_iterator(folder)) mails.push_back(entry.path());
  if (mails.size() <= folder_mails_max) return;
  std::ranges::sort(mails);
  for (std::size_t i = 0; i < mails.size() - folder_mails_max; ++i) fs::remove(mails[i]);
}

Answer write_mail(const fs::path& folder, const Message& message) {
  try {
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
    // A mail is seen whole or not at all.
    const fs::path path = folder / file_name(message),
                   partial = path.string() + std::string(partial_end);
    std::ofstream file(partial, std::ios::binary);
    file << to_mime(message);
    file.close();
    if (!file) return {.outcome = Outcome::try_later, .reason = "the file cannot be written"};
    fs::rename(partial, path);
    delete_oldest(folder);
    return {.outcome = Outcome::accepted, .reason = {}};
  } catch (const fs::filesystem_error& error) {
    return {.outcome = Outcome::try_later, .reason = error.code().message()};
  }
}

using IsChosen = std::function<bool(std::string_view name)>;

// Of those that `is_chosen` takes. Also what a kill has left of a mail that was being written.
bool delete_mails(const fs::path& folder, const IsChosen& is_chosen) {
  try {
    if (!fs::exists(folder)) return true;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string file = entry.path().filename().string();
      std::string_view name = file;
      if (name.ends_with(partial_end)) name.remove_suffix(partial_end.size());
      if (is_name_of_mail(name) && is_chosen(name)) fs::remove(entry.path());
    }
    return true;
  } catch (const fs::filesystem_error&) {
    return false;
  }
}

class FolderSender final : public Sender {
 public:
  explicit FolderSender(fs::path folder) : folder_(std::move(folder)) {}

  Task<Answer> send(Message message) override {
    co_return co_await pool_.run<Answer>(
        [this, message = std::move(message)] { return write_mail(folder_, message); });
  }
  Task<bool> forget(std::string user_id, std::string except) override {
    co_return co_await delete_chosen(
        [user = user_in_name(user_id), except = mail_in_name(except)](std::string_view name) {
          return name.ends_with(user) && name.find(except) == std::string_view::npos;
        });
  }
  Task<bool> forget_before(Timestamp time) override {
    co_return co_await delete_chosen(
        [first = time_in_name(time)](std::string_view name) { return name < first; });
  }

 private:
  Task<bool> delete_chosen(IsChosen is_chosen) {
    co_return co_await pool_.run<bool>(
        [this, is_chosen = std::move(is_chosen)] { return delete_mails(folder_, is_chosen); });
  }

  const fs::path folder_;
  WorkerPool pool_{1, 64};
};

}  // namespace

bool is_name_of_mail(std::string_view name) {
  if (!name.ends_with(mail_end)) return false;
  name.remove_suffix(mail_end.size());
  return !name.empty() && name.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

std::unique_ptr<Sender> make_folder_sender(fs::path folder) {
  return std::make_unique<FolderSender>(std::move(folder));
}

}  // namespace ticketing::notifications::mail
