#include "expiration/service.hpp"

#include "common/jobs/local/local_job_queue.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"
#include "expiration/listeners.hpp"
#include "expiration/republished.hpp"

namespace ticketing::expiration {

EmbeddedFiles embedded_files();

namespace {

constexpr Milliseconds rebuild_interval{60'000};

class ExpirationService final : public runtime::Service {
 public:
  explicit ExpirationService(runtime::Platform& platform)
      : platform_(platform),
        data_(platform, name_, embedded_files(), "expirations", {jobs::jobs_migration()},
              republished()),
        queue_(platform.open_job_queue("expiration", data_.database())),
        operations_(data_, *queue_),
        rebuilding_(platform, "rebuild expiration jobs", rebuild_interval) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override { return {}; }
  void subscribe() override {
    data_.subscribe();
    expiration::subscribe(platform_.bus, operations_);
  }
  void start() override {
    data_.start();
    queue_->start([this](const jobs::Job& job) { return operations_.announce(job); });
    rebuilding_.start([this] { return operations_.rebuild_jobs(); });
  }
  Task<> stop() override {
    co_await rebuilding_.stop();
    co_await queue_->stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override {
    const bool database_ready = co_await data_.database().is_ready();
    co_return database_ready && queue_->is_ready();
  }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "expiration";
  runtime::Platform& platform_;
  runtime::OwnedData data_;
  std::unique_ptr<jobs::JobQueue> queue_;
  Operations operations_;
  runtime::Periodic rebuilding_;
};

}  // namespace

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform) {
  return std::make_unique<ExpirationService>(platform);
}

}  // namespace ticketing::expiration
