// The shows service without HTTP and bus, as several tests of databases need it.
#pragma once

#include <string>

#include "postgres/service_data.hpp"
#include "shows/operations.hpp"
#include "shows/republished.hpp"

namespace ticketing::shows {

EmbeddedFiles embedded_files();

// The data and operations of shows on a database: SQLite in `folder`, unless `open` is given.
class ShowsService {
 public:
  ShowsService(const Executor& executor, const std::string& folder, ServiceData::Open open)
      : data_(executor, folder, std::move(open), "shows", embedded_files(),
              republished(Settings{})),
        operations_(data_.platform(), data_.data(), data_.keys(), Settings{}) {}
  Operations& operations() { return operations_; }

 private:
  ServiceData data_;
  Operations operations_;
};

}  // namespace ticketing::shows
