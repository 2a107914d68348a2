// The Idempotency-Key header on requests that must have one effect only, over db::IdempotencyKeys.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "common/db/idempotency_keys.hpp"
#include "common/http/message.hpp"
#include "common/limits/shares.hpp"
#include "common/runtime/periodic.hpp"

namespace ticketing::runtime {

class IdempotentRequests {
 public:
  // `entity_table` holds what the requests make; see db::IdempotencyKeys.
  IdempotentRequests(Platform& platform, db::Database& database, const std::string& entity_table);

  const db::IdempotencyKeys& keys() const { return keys_; }

  // Has the effect of a request, and stores its answer with the key in one transaction. Gives
  // nothing when it found the key taken by another request, and has no effect then.
  using Effect = std::function<Task<Result<std::optional<http::Response>>>(
      const std::optional<db::IdempotencyKey>&)>;
  // The current answer for an effect whose answer is not known when it is stored: that one stores
  // status 0 and `entity_id`.
  using AnswerOf = std::function<Task<Result<http::Response>>(const std::string& entity_id)>;
  // The answer to a request that may carry a key: the stored one, or that of `effect`. Without
  // `answer_of` a refusal of invalid input is stored here, unless it advises to try again; with it,
  // the first answer of `answer_of` that will not change any more (not a 202, nor a 5xx). Refuses
  // with `idempotency_key_reused`, `too_many_keys`, and a malformed key.
  Task<Result<http::Response>> answer_once(const http::Request& request, std::string user_id,
                                           Effect effect, AnswerOf answer_of = nullptr);

  // Keys are deleted after a day.
  void start();
  Task<> stop();

 private:
  // The answer to a request with a key, or nothing while the key is not known.
  Task<Result<std::optional<http::Response>>> find_answer(const db::IdempotencyKey& key,
                                                          const AnswerOf& answer_of);
  Task<Result<std::optional<db::RememberedAnswer>>> find(const db::IdempotencyKey& key);
  // Refuses with `too_many_keys` when its user has as many keys as are kept, those included that
  // requests of this process are about to store.
  Task<Result<limits::Shares::Hold>> admit_new(const db::IdempotencyKey& key);
  Task<Result<http::Response>> answer_with_key(const http::Request& request,
                                               const db::IdempotencyKey& key, const Effect& effect,
                                               const AnswerOf& answer_of);
  // Makes `response` the answer of a key that has none yet, if it will not change any more.
  Task<> remember(const db::IdempotencyKey& key, const http::Response& response);
  // Stores a refusal as the key's answer and gives the response to send: that of an earlier
  // request with the same key, should one have been faster.
  Task<Result<http::Response>> refuse_and_remember(const db::IdempotencyKey& key,
                                                   const Error& error);
  Task<> forget_old_keys();

  Platform& platform_;
  db::Database& database_;
  db::IdempotencyKeys keys_;
  // Of requests under way. Counted by user; what bounds them is the number that is kept.
  limits::Shares new_keys_{{.per_user = std::numeric_limits<std::int64_t>::max()}};
  Periodic cleaning_;
};

}  // namespace ticketing::runtime
