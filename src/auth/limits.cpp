#include "auth/limits.hpp"

namespace ticketing::auth {

limits::Limits account_limits() {
  return {failed_sign_ins, failed_sign_ins_in_a_row, sign_ups, resets, verifications, sessions,
          device_mails,    password_changes,         renewals, hashing};
}

}  // namespace ticketing::auth
