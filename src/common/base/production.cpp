#include "common/base/production.hpp"

namespace ticketing {

bool is_production(Environment& environment) {
  return environment.one_of("MODE", "local", {"local", "production"}) == "production";
}

}  // namespace ticketing
