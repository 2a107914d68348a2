// The Idempotency-Key header on requests that must have one effect only, over db::IdempotencyKeys.
#pragma once

#include <functional>
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
  // Refuses with `too_many_keys` when no more are kept of its user.
  Task<Result<void>> admit_new(const db::IdempotencyKey& key);
  // What this key was answered before, or nothing. Refuses with `idempotency_key_reused`.
  Task<Result<std::optional<db::RememberedAnswer>>> find(const db::IdempotencyKey& key);
  // Does what a request asks for, and remembers its answer with the key in one transaction. Gives
  // nothing when it found the key taken by another request, and has no effect then.
  using Effect = std::function<Task<Result<std::optional<http::Response>>>(
      const std::optional<db::IdempotencyKey>&)>;
  // The answer to a request that may carry a key: the one remembered, or that of `effect`, whose
  // refusal of invalid input is remembered here. Refuses with `idempotency_key_reused`.
  Task<Result<http::Response>> answer_once(const http::Request& request, std::string user_id,
                                           Effect effect);

  // Makes `response` the answer of a key whose row came with status 0, if it will not change any
  // more: not a 202, nor a 5xx.
  Task<> settle(const db::IdempotencyKey& key, const http::Response& response);

  static http::Response to_response(const db::RememberedAnswer& answer);

  // Keys are forgotten after a day.
  void start();
  Task<> stop();

 private:
  // Remembers a refusal as the key's answer and gives the response to send: that of an earlier
  // request with the same key, should one have been faster.
  Task<Result<http::Response>> refuse_and_remember(const db::IdempotencyKey& key,
                                                   const Error& error,
                                                   const std::string& request_id);
  Task<> forget_old_keys();

  Platform& platform_;
  db::Database& database_;
  db::IdempotencyKeys keys_;
  Periodic cleaning_;
};

}  // namespace ticketing::runtime
