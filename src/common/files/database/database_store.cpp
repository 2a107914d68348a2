#include "common/files/database/database_store.hpp"

#include <algorithm>
#include <span>

#include "common/base/text.hpp"

namespace ticketing::files {
namespace {

// Of base64: rows of a few pages each, so that none of them is unusually long.
constexpr std::size_t part_bytes = std::size_t{96} * 1024;

const db::Sql erase_file_sql{"erase_file", "DELETE FROM file_parts WHERE key = $1"};
const db::Sql insert_part_sql{
    "insert_file_part",
    "INSERT INTO file_parts (key, part, bytes, content) VALUES ($1, $2, $3, $4)"};
const db::Sql file_parts_sql{"file_parts",
                             "SELECT content FROM file_parts WHERE key = $1 ORDER BY part"};
const db::Sql file_size_sql{
    "file_size",
    "SELECT CAST(coalesce(sum(bytes), 0) AS bigint) AS bytes, count(*) AS parts FROM file_parts "
    "WHERE key = $1"};

class DatabaseStore final : public Store {
 public:
  explicit DatabaseStore(db::Database& database) : database_(database) {}

 private:
  Task<> write(std::string key, std::string bytes) override {
    db::Transaction transaction{.contends_for = key, .statements = {}};
    transaction.statements.push_back(erase_file_sql(key));
    const std::string_view all = bytes;
    std::int64_t part = 0;
    // An empty file has one part, too.
    for (std::size_t at = 0; part == 0 || at < all.size(); at += part_bytes, ++part) {
      const std::string_view piece = all.substr(std::min(at, all.size()), part_bytes);
      transaction.statements.push_back(
          insert_part_sql(key, part, piece.size(), to_base64url(std::as_bytes(std::span(piece)))));
    }
    co_await commit(std::move(transaction));
  }

  Task<std::optional<std::string>> read(std::string key, std::size_t bytes_max) override {
    const auto size = co_await database_.query(file_size_sql(key));
    if (size.first()->integer("parts") == 0) co_return std::nullopt;
    const auto found = co_await database_.query(file_parts_sql(key));
    if (found.empty()) co_return std::nullopt;
    std::string bytes;
    bytes.reserve(std::min(bytes_max, static_cast<std::size_t>(size.first()->integer("bytes"))));
    for (const db::Row& row : found.rows) {
      const auto part = from_base64url(row.text("content"));
      if (!part || bytes.size() + part->size() > bytes_max)
        throw Unavailable("a file is damaged, or larger than it may be: " + key);
      bytes += *part;
    }
    co_return bytes;
  }

  Task<> remove(std::string key) override {
    db::Transaction transaction{.contends_for = key, .statements = {}};
    transaction.statements.push_back(erase_file_sql(key));
    co_await commit(std::move(transaction));
  }

  Task<> commit(db::Transaction transaction) {
    try {
      co_await database_.commit(std::move(transaction));
    } catch (const OutcomeUnknown& unknown) {
      // Both writes can be repeated.
      throw Unavailable(unknown.what());
    }
  }

  db::Database& database_;
};

}  // namespace

std::unique_ptr<Store> open_in_database(db::Database& database) {
  return std::make_unique<DatabaseStore>(database);
}

db::Migration files_migration() {
  return {.name = "file_parts",
          .sql =
              "CREATE TABLE file_parts (\n"
              "  key     text NOT NULL,\n"
              "  part    bigint NOT NULL,   -- from 0\n"
              "  bytes   bigint NOT NULL,   -- of this part\n"
              "  content text NOT NULL,     -- base64url\n"
              "  PRIMARY KEY (key, part)\n"
              ")"};
}

}  // namespace ticketing::files
