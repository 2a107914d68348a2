// The Idempotency-Key header on requests that must have one effect only, over db::IdempotencyKeys.
#pragma once

#include <optional>
#include <string>

#include "common/db/idempotency_keys.hpp"
#include "common/http/message.hpp"
#include "common/runtime/periodic.hpp"

namespace ticketing::runtime {

class IdempotentRequests {
 public:
  // `entity_table` holds what the requests make; see db::IdempotencyKeys.
  IdempotentRequests(Platform& platform, db::Database& database, const std::string& entity_table);

  const db::IdempotencyKeys& keys() const { return keys_; }

  // The key of a request, or nothing when it has none. Refuses a malformed one.
  static Result<std::optional<db::IdempotencyKey>> key_of(const http::Request& request,
                                                          const std::string& user_id);
  // What this key was answered before, or nothing. Refuses with `idempotency_key_reused`.
  Task<Result<std::optional<db::RememberedAnswer>>> find(const db::IdempotencyKey& key);
  // Remembers a refusal as the key's answer and gives the response to send: that of an earlier
  // request with the same key, should one have been faster.
  Task<Result<http::Response>> refuse_and_remember(const db::IdempotencyKey& key,
                                                   const Error& error,
                                                   const std::string& request_id);

  static http::Response to_response(const db::RememberedAnswer& answer);

  // Keys are forgotten after a day.
  void start();
  Task<> stop();

 private:
  Task<> forget_old_keys();

  Platform& platform_;
  db::Database& database_;
  db::IdempotencyKeys keys_;
  Periodic cleaning_;
};

}  // namespace ticketing::runtime
