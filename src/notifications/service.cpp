#include "notifications/service.hpp"

#include <optional>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "notifications/api.hpp"
#include "notifications/kept.hpp"
#include "notifications/listeners.hpp"
#include "notifications/mail/folder_sender.hpp"
#include "notifications/mail/mail_folder.hpp"
#include "notifications/mail/smtp_sender.hpp"

namespace ticketing::notifications {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds send_interval{5'000};

std::unique_ptr<mail::Sender> sender_of(const Settings& settings) {
  if (settings.smtp_url.empty()) {
    log::info("mails are files", {{"folder", settings.folder}});
    return mail::make_folder_sender(settings.folder);
  }
  return mail::make_smtp_sender({.url = settings.smtp_url,
                                 .ca_file = settings.smtp_ca_file,
                                 .needs_tls = settings.needs_tls});
}

class NotificationsService final : public runtime::Service {
 public:
  NotificationsService(runtime::Platform& platform, const Settings& settings,
                       std::unique_ptr<mail::Sender> sender)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "mails"),
        kept_(platform, name_, data_.database(), kept_tables()),
        sender_(std::move(sender)),
        operations_(platform, data_, settings, *sender_),
        sending_(platform, "send mails", send_interval),
        cleaning_(platform, "forget mails", std::chrono::hours{1}) {
    operations_.on_stored([this] { sending_.wake(); });
    if (settings.has_pages) folder_.emplace(settings.folder);
  }

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all = folder_ ? dev_routes(*folder_) : http::Routes{};
    all.push_back({"GET", "/api/notifications/export", kept_.endpoint()});
    return all;
  }
  void subscribe() override {
    data_.subscribe();
    notifications::subscribe(platform_.bus, operations_);
  }
  void start() override {
    data_.start();
    sending_.start([this] { return operations_.send_due(); });
    operations_.erasure().start();
    cleaning_.start([this] { return operations_.clean_up(); });
  }
  Task<> stop() override {
    operations_.stop();
    co_await sending_.stop();
    co_await cleaning_.stop();
    co_await operations_.erasure().stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override { co_return co_await data_.database().is_ready(); }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "notifications";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  std::optional<mail::MailFolder> folder_;  // none: no page shows it
  std::unique_ptr<mail::Sender> sender_;
  Operations operations_;
  runtime::Periodic sending_;
  runtime::Periodic cleaning_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               std::unique_ptr<mail::Sender> sender) {
  settings.mail_key = platform.key_or_kept(std::move(settings.mail_key), "mail");
  if (!sender) sender = sender_of(settings);
  return std::make_unique<NotificationsService>(platform, settings, std::move(sender));
}

}  // namespace ticketing::notifications
