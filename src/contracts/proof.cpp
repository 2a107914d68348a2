#include "contracts/proof.hpp"

namespace ticketing::contracts {

bool read_proof_required(Environment& environment) {
  return environment.one_of("PROOF", "optional", {"optional", "required"}) == "required";
}

std::string proof_help() {
  return "  PROOF                optional, or required: a file needs a code that can be read, "
         "and a\n"
         "                       ticket that is sold without file and code is refunded "
         "when its\n"
         "                       seller is late (default optional)\n";
}

}  // namespace ticketing::contracts
