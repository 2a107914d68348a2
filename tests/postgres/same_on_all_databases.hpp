// For tests that what a service answers is the same on every database: on SQLite, on PostgreSQL,
// and on a PostgreSQL that sorts texts by the rules of a language.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "common/db/postgres/postgres_database.hpp"
#include "fixtures/patient_postgres.hpp"
#include "fixtures/run_task.hpp"
#include "postgres/service_data.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing {

// `Service` is made of an executor, a folder and a ServiceData::Open.
template <class Service>
class SameOnAllDatabases : public testing::Test {
 protected:
  SameOnAllDatabases() {
    server_.run_sql(
        "postgres",
        "CREATE DATABASE swedish LOCALE_PROVIDER icu ICU_LOCALE 'sv' TEMPLATE template0");
    add("sqlite", nullptr);
    add("postgres", open_at(server_.make_database()));
    add("swedish", open_at(server_.url("swedish")));
  }

 private:
  void add(const std::string& name, ServiceData::Open open) {
    sides_.push_back(
        std::make_unique<Service>(io_.get_executor(), folder_.file(name), std::move(open)));
  }
  ServiceData::Open open_at(const std::string& url) {
    return [this, url](const std::string&, const db::Migrations& migrations) {
      return db::open_postgres(io_.get_executor(), fixtures::patient_postgres(url), migrations);
    };
  }

  servers::PostgresServer server_;
  TemporaryFolder folder_;

 protected:
  asio::io_context io_;
  std::vector<std::unique_ptr<Service>> sides_;
};

}  // namespace ticketing
