#include "delivery/settings.hpp"

#include "common/base/secret.hpp"
#include "delivery/limits.hpp"

namespace ticketing::delivery {

Settings read_settings(Environment& environment) {
  return {.files_key = read_secret_key(environment, "FILES_KEY"),
          .files_an_hour = ticket_files.per_user.read(environment),
          .kept_max = {.files = files_kept.per_user.read(environment),
                       .bytes = megabytes_kept.per_user.read(environment) * 1'000'000},
          .requires_proof =
              environment.one_of("PROOF", "optional", {"optional", "required"}) == "required"};
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
