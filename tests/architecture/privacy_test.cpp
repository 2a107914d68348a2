// docs/privacy.md says of each table what it keeps of a person, and how long.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "architecture/source_rules.hpp"
#include "servers/child_process.hpp"
#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using Table = std::pair<std::string, std::string>;  // service, or "each", and name
using Tables = std::map<Table, std::set<std::string>>;

// Columns that are of a person wherever they are.
const std::set<std::string> personal{"address",   "body",    "details",   "device", "email",
                                     "email_key", "payload", "recipient", "user_id"};

// Of the tables that the SQL makes, with the columns that it makes or adds.
void read_tables(const std::string& service, const std::string& sql, Tables& tables) {
  static const std::regex comment("--[^\n]*"),
      created(R"re(CREATE TABLE (\w+) \(\s*([^;]*?)\n\);?)re"),
      added(R"re(ALTER TABLE (\w+) ADD COLUMN (\w+))re"),
      column(R"re((?:^|\n)\s*(\w+)\s+(?:text|bigint|integer)\b)re");
  const std::string text = std::regex_replace(sql, comment, "");
  for (std::sregex_iterator at(text.begin(), text.end(), created), end; at != end; ++at) {
    const std::string body = (*at)[2];
    auto& columns = tables[{service, (*at)[1]}];
    for (std::sregex_iterator of(body.begin(), body.end(), column); of != end; ++of)
      columns.insert((*of)[1]);
  }
  for (std::sregex_iterator at(text.begin(), text.end(), added), end; at != end; ++at)
    tables[{service, (*at)[1]}].insert((*at)[2]);
}

Tables tables_of_schemas() {
  Tables tables;
  for (const std::string& service : servers::service_names()) {
    std::set<fs::path> files;  // in the order of their numbers
    for (const auto& entry :
         fs::directory_iterator(servers::project_folder() / "src" / service / "schema"))
      files.insert(entry.path());
    for (const fs::path& file : files) read_tables(service, read(file), tables);
  }
  for (const char* file :
       {"bus/outbox", "bus/dead_letters", "bus/received_events", "bus/republications",
        "db/erased_users", "db/idempotency_keys", "jobs/local/local_job_queue"})
    read_tables("each",
                read(servers::project_folder() / "src/common" / (std::string(file) + ".cpp")),
                tables);
  return tables;
}

// The tables of the document, each with the columns of a person.
Tables tables_of_document(std::string& twice) {
  static const std::regex row(R"re(\n\| (\w+) \| `(\w+)` \| ([^\n]*?) \| ([^|\n]+) \|)re"),
      name("`(\\w+)`");
  const std::string text = read(servers::project_folder() / "docs/privacy.md");
  Tables tables;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const std::string columns = (*at)[3];
    const auto [place, is_new] = tables.try_emplace({(*at)[1], (*at)[2]});
    if (!is_new) twice += fmt::format("{} {}\n", (*at)[1].str(), (*at)[2].str());
    for (std::sregex_iterator of(columns.begin(), columns.end(), name); of != end; ++of)
      place->second.insert((*of)[1]);
  }
  return tables;
}

std::string faults_of_table(const Table& table, const std::set<std::string>& columns,
                            const std::set<std::string>& told) {
  std::string faults;
  for (const std::string& column : columns) {
    if (personal.contains(column) && !told.contains(column))
      faults += fmt::format("{} {}: say that `{}` is kept\n", table.first, table.second, column);
  }
  for (const std::string& column : told) {
    if (!columns.contains(column))
      faults += fmt::format("{} {}: has no column `{}`\n", table.first, table.second, column);
  }
  return faults;
}

TEST(PrivacyDocument, HasEachTableWithItsColumnsOfAPerson) {
  std::string faults;
  const Tables kept = tables_of_schemas(), told = tables_of_document(faults);
  EXPECT_EQ(faults, "") << "said twice";
  EXPECT_GE(kept.size(), 40U);
  for (const auto& [table, columns] : kept) {
    const auto found = told.find(table);
    if (found == told.end())
      faults += fmt::format("{} {}: say what it keeps of a person, and how long\n", table.first,
                            table.second);
    else
      faults += faults_of_table(table, columns, found->second);
  }
  for (const auto& [table, columns] : told) {
    // Its SQL is a text in pieces.
    if (!kept.contains(table) && table.second != "file_parts")
      faults += fmt::format("{} {}: there is no such table\n", table.first, table.second);
  }
  EXPECT_EQ(faults, "") << "in docs/privacy.md";
}

// The tables that users take along, as the services list them.
std::set<Table> tables_of_exports() {
  static const std::regex table(R"re(kept_table<[^(]*>\(\s*"(\w+)")re");
  std::set<Table> tables;
  for (const std::string& service : servers::service_names()) {
    for (const auto& entry :
         fs::recursive_directory_iterator(servers::project_folder() / "src" / service)) {
      if (entry.path().filename() != "kept.cpp") continue;
      const std::string text = read(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), table), end; at != end; ++at)
        tables.insert({(*at)[1] == "idempotency_keys" ? "each" : service, (*at)[1]});
    }
  }
  return tables;
}

TEST(PrivacyDocument, SaysOfEachTableOfAPersonWhetherUsersTakeItAlong) {
  static const std::regex row(R"re(\n\| (\w+) \| `(\w+)` \| [^\n]* \| ([^|\n]+) \|(?=\n))re");
  const std::string text = read(servers::project_folder() / "docs/privacy.md");
  std::string twice;
  const Tables personal_tables = tables_of_document(twice);
  std::set<Table> told;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    const Table table{(*at)[1], (*at)[2]};
    const std::string words = (*at)[3];
    if (words.starts_with("yes")) told.insert(table);
    EXPECT_EQ(words == "–", personal_tables.at(table).empty())
        << table.first << " " << table.second << ": yes, or why not; – for nothing of a person";
  }
  EXPECT_GE(told.size(), 15U);
  EXPECT_EQ(told, tables_of_exports());
}

TEST(PrivacyDocument, IsReadFromSchemasAsTheyAreWritten) {
  Tables tables;
  read_tables("a",
              "CREATE TABLE people (\n  id text PRIMARY KEY,  -- (;\n  email text NOT NULL,\n"
              "  PRIMARY KEY (id)\n);\nALTER TABLE people ADD COLUMN device text;",
              tables);
  EXPECT_EQ(tables, (Tables{{{"a", "people"}, {"device", "email", "id"}}}));
  EXPECT_EQ(faults_of_table({"a", "people"}, {"device", "email", "id"}, {"email", "name"}),
            "a people: say that `device` is kept\na people: has no column `name`\n");
}

}  // namespace
}  // namespace ticketing::architecture
