#include "auth/kept.hpp"

#include "auth/store.hpp"

namespace ticketing::auth {

runtime::KeptTables kept_tables() {
  return {runtime::kept_table<store::KeptAccount>("users", store::kept_account),
          runtime::kept_table<store::KeptSession>("sessions", store::kept_sessions),
          runtime::kept_table<store::KeptToken>("one_time_tokens", store::kept_tokens)};
}

}  // namespace ticketing::auth
