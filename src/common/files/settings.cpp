#include "common/files/settings.hpp"

#include "common/base/assert.hpp"
#include "common/base/exceptions.hpp"
#include "common/files/database/database_store.hpp"
#include "common/files/folder/folder_store.hpp"
#include "common/files/s3/s3_store.hpp"

namespace ticketing::files {
namespace {

constexpr std::string_view of_folder = "file://";

}  // namespace

Settings read_settings(Environment& environment) {
  const std::string url = environment.text("FILES_URL", "", EmptyFile::unset);
  const std::string ca_file = environment.file_path("FILES_CA_FILE");
  if (url.empty()) return {};
  if (url == "database") return {.place = Place::database};
  if (url.starts_with(of_folder) && url.size() > of_folder.size() + 1 &&
      url[of_folder.size()] == '/') {
    return {.place = Place::folder, .folder = url.substr(of_folder.size())};
  }
  if (url.starts_with("s3://")) {
    try {
      return {.place = Place::s3, .s3 = parse_s3_url(url), .ca_file = ca_file};
    } catch (const ConfigError& error) {
      environment.fault(error.what());
      return {};
    }
  }
  environment.fault("FILES_URL must be file:///a/folder, database or s3://…");
  return {};
}

std::string settings_help() {
  return "  FILES_URL            where pictures are kept: file:///a/folder, database, or\n"
         "                       s3://access-key:secret-key@host/bucket?region=… (default a "
         "folder\n"
         "                       in DATA_DIR where all services are one process, otherwise the\n"
         "                       service's database)\n"
         "  FILES_CA_FILE        authorities that vouch for the host of s3:// (default the "
         "system's)\n";
}

std::unique_ptr<Store> open_store(const Settings& settings, const std::string& service,
                                  db::Database& database, const Clock& clock, Timers& timers) {
  TICKETING_ASSERT(settings.place != Place::by_shape);
  if (settings.place == Place::folder) return open_folder(settings.folder + "/" + service);
  if (settings.place == Place::s3)
    return open_s3(clock, timers, settings.s3, service, settings.ca_file);
  return open_in_database(database);
}

}  // namespace ticketing::files
