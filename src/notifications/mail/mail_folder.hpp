// Reads the mails that folder_sender.hpp writes.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/async/worker_pool.hpp"
#include "notifications/mail/received_mail.hpp"

namespace ticketing::notifications::mail {

struct StoredMail {
  std::string name;  // of its file
  ReceivedMail mail;
};

class MailFolder {
 public:
  static constexpr std::size_t listed_max = 50;
  static constexpr std::size_t mail_bytes_max = 256 * 1024;

  explicit MailFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // The newest first, at most `listed_max`. Files that are no mails are left out.
  Task<std::vector<StoredMail>> list();
  // Nothing when there is no such mail. `name` may be anything.
  Task<std::optional<ReceivedMail>> find(std::string name);

 private:
  const std::filesystem::path folder_;
  WorkerPool pool_{1, 16};
};

}  // namespace ticketing::notifications::mail
