// The shows service without HTTP and bus, as several tests of databases need it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/runtime/embedded_platform.hpp"
#include "common/runtime/idempotent_requests.hpp"
#include "common/runtime/owned_data.hpp"
#include "shows/operations.hpp"
#include "shows/republished.hpp"

namespace ticketing::shows {

EmbeddedFiles embedded_files();

// The data and operations of shows on a database: SQLite in `folder`, unless `open` is given.
class ShowsService {
 public:
  using Open =
      std::function<std::unique_ptr<db::Database>(const std::string&, const db::Migrations&)>;
  ShowsService(const Executor& executor, const std::string& folder, Open open)
      : embedded_(executor, settings_in(folder)) {
    if (open) embedded_.platform().open_database = std::move(open);
    data_ = std::make_unique<runtime::OwnedData>(
        embedded_.platform(), "shows", embedded_files(), "shows",
        db::Migrations{db::idempotency_migration()}, republished(Settings{}));
    idempotency_ = std::make_unique<runtime::IdempotentRequests>(embedded_.platform(),
                                                                 data_->database(), "shows");
    operations_ = std::make_unique<Operations>(embedded_.platform(), *data_, idempotency_->keys(),
                                               Settings{});
  }
  Operations& operations() { return *operations_; }

 private:
  static runtime::HostSettings settings_in(const std::string& folder) {
    runtime::HostSettings settings;
    settings.data_dir = folder;
    return settings;
  }
  runtime::EmbeddedPlatform embedded_;
  std::unique_ptr<runtime::OwnedData> data_;
  std::unique_ptr<runtime::IdempotentRequests> idempotency_;
  std::unique_ptr<Operations> operations_;
};

}  // namespace ticketing::shows
