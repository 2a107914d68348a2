#include "delivery/settings.hpp"

#include "delivery/limits.hpp"
#include "delivery/sealing.hpp"

namespace ticketing::delivery {

Settings read_settings(Environment& environment) {
  Settings settings{.files_key = {},
                    .files_an_hour = ticket_files.per_user.read(environment),
                    .kept_max = {.files = files_kept.per_user.read(environment),
                                 .bytes = megabytes_kept.per_user.read(environment) * 1'000'000},
                    .requires_proof = environment.one_of("PROOF", "optional",
                                                         {"optional", "required"}) == "required"};
  const std::string text = environment.text("FILES_KEY", "");
  if (text.empty()) return settings;
  if (auto key = read_files_key(text)) {
    settings.files_key = *std::move(key);
  } else {
    environment.fault(
        "FILES_KEY must be 32 bytes in base64: make them with \"openssl rand -base64 32\"");
  }
  return settings;
}

std::string settings_help() {
  return std::string(
             "  FILES_KEY            32 bytes in base64, by which the files and codes of tickets "
             "are sealed;\n"
             "                       without it they cannot be read again (default where all "
             "services are\n"
             "                       one process: made once and kept in DATA_DIR)\n"
             "  PROOF                optional, or required: a file needs a code that can be read, "
             "and a\n"
             "                       ticket that is sold without file and code is refunded "
             "when its\n"
             "                       seller is late (default optional)\n") +
         limits::settings_help(upload_limits());
}

}  // namespace ticketing::delivery
