#include "notifications/mail/folder_sender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <vector>

#include "common/async/worker_pool.hpp"
#include "common/base/digest.hpp"

namespace ticketing::notifications::mail {
namespace {

namespace fs = std::filesystem;

// Names begin with the time, so that their order is that of the mails. The same mail again is the
// same file.
std::string file_name(const Message& message) {
  return fmt::format("{:013}-{}.eml", to_millis(message.date),
                     sha256_hex(message.id).substr(0, 16));
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
    const fs::path path = folder / file_name(message), partial = path.string() + ".partial";
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

class FolderSender final : public Sender {
 public:
  explicit FolderSender(fs::path folder) : folder_(std::move(folder)) {}

  Task<Answer> send(Message message) override {
    co_return co_await pool_.run<Answer>(
        [this, message = std::move(message)] { return write_mail(folder_, message); });
  }

 private:
  const fs::path folder_;
  WorkerPool pool_{1, 64};
};

}  // namespace

std::unique_ptr<Sender> make_folder_sender(fs::path folder) {
  return std::make_unique<FolderSender>(std::move(folder));
}

}  // namespace ticketing::notifications::mail
