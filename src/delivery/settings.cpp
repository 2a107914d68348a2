#include "delivery/settings.hpp"

#include "common/base/secret.hpp"
#include "contracts/proof.hpp"
#include "delivery/limits.hpp"

namespace ticketing::delivery {

Settings read_settings(Environment& environment) {
  return {.files_key = read_secret_key(environment, "FILES_KEY"),
          .files_an_hour = ticket_files.per_user.read(environment),
          .kept_max = {.files = files_kept.per_user.read(environment),
                       .bytes = megabytes_kept.per_user.read(environment) * 1'000'000},
          .requires_proof = contracts::read_proof_required(environment)};
}

std::string settings_help() {
  return std::string(
             "  FILES_KEY            32 bytes in base64, by which the files and codes of tickets "
             "are sealed;\n"
             "                       without it they cannot be read again (default where all "
             "services are\n"
             "                       one process: made once and kept in DATA_DIR)\n") +
         contracts::proof_help() + limits::settings_help(upload_limits());
}

}  // namespace ticketing::delivery
