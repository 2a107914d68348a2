// Password hashes: argon2id with the parameters of OWASP's cheat sheet (19 MiB, two passes), 25 ms
// of one core, so on threads of their own with a bounded queue in front.
#pragma once

#include <string>

#include "common/async/worker_pool.hpp"

namespace ticketing::auth {

// What operations need of it.
class PasswordHashing {
 public:
  virtual ~PasswordHashing() = default;

  // Both throw Unavailable when too many are waiting. A password is hashed in NFC, so that every
  // keyboard's spelling of it is the same.
  virtual Task<std::string> hash(std::string password) = 0;
  // Against `stored`, or against a hash that nothing matches when it is empty: it takes the same
  // time. Hashes from before NFC are of the password as it was typed, so that form is tried, too.
  virtual Task<bool> verify(std::string password, std::string stored) = 0;
};

class Passwords final : public PasswordHashing {
 public:
  Passwords();

  Task<std::string> hash(std::string password) override;
  Task<bool> verify(std::string password, std::string stored) override;

 private:
  WorkerPool pool_;
  std::string unknown_user_hash_;  // the hash of a random password
};

}  // namespace ticketing::auth
