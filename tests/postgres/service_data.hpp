// The data of a service without HTTP and bus, on SQLite or on PostgreSQL.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"

namespace ticketing {

class ServiceData {
 public:
  using Open =
      std::function<std::unique_ptr<db::Database>(const std::string&, const db::Migrations&)>;
  // SQLite in `folder`, unless `open` is given. The service's main table has the service's name.
  ServiceData(const Executor& executor, const std::string& folder, Open open,
              const std::string& service, const EmbeddedFiles& schema, bus::Republished republished)
      : embedded_(executor, settings_in(folder)) {
    if (open) embedded_.platform().open_database = std::move(open);
    data_ = std::make_unique<runtime::OwnedData>(embedded_.platform(), service, schema, service,
                                                 db::Migrations{db::idempotency_migration()},
                                                 std::move(republished));
    idempotency_ = std::make_unique<runtime::IdempotentRequests>(embedded_.platform(),
                                                                 data_->database(), service);
  }
  runtime::Platform& platform() { return embedded_.platform(); }
  runtime::OwnedData& data() { return *data_; }
  db::Database& database() { return data_->database(); }
  auto& keys() { return idempotency_->keys(); }

 private:
  static runtime::HostSettings settings_in(const std::string& folder) {
    runtime::HostSettings settings;
    settings.data_dir = folder;
    return settings;
  }
  runtime::EmbeddedPlatform embedded_;
  std::unique_ptr<runtime::OwnedData> data_;
  std::unique_ptr<runtime::IdempotentRequests> idempotency_;
};

}  // namespace ticketing
