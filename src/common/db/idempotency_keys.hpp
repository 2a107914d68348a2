// Idempotency keys: the same key of the same user gets the same answer, and one effect. A row is
// written in the transaction of the effect itself.
#pragma once

#include <optional>
#include <string>

#include "common/base/error.hpp"
#include "common/db/database.hpp"
#include "common/db/kept_sql.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::db {

// The key of a request, and what it was sent with.
struct IdempotencyKey {
  std::string user_id;
  std::string key;
  std::string body_hash;
};

struct RememberedAnswer {
  std::string body_hash;
  std::string entity_id;  // what the request made, or empty
  int status = 0;         // 0: not decided yet, ask the entity
  std::string body;
};
BOOST_DESCRIBE_STRUCT(RememberedAnswer, (), (body_hash, entity_id, status, body))

// What a user takes along of a key and its answer.
struct KeptIdempotencyKey {
  std::string id;  // the key
  std::string entity_id;
  int status = 0;
  std::string body;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(KeptIdempotencyKey, (), (id, entity_id, status, body, created_at))

class IdempotencyKeys {
 public:
  // `entity_table` holds what requests make; it has the column id.
  explicit IdempotencyKeys(const std::string& entity_table);

  // Takes a new key for the entity that the same transaction goes on to make if its row has the
  // entity's id. For entities of which nothing else keeps a second one from being made.
  Statement take(const IdempotencyKey& key, const std::string& entity_id, int status,
                 const std::string& body, Timestamp now) const;
  // Stores an answer if the entity exists at this point of the transaction and the key is new.
  Statement remember_with(const IdempotencyKey& key, const std::string& entity_id, int status,
                          const std::string& body, Timestamp now) const;
  // Stores a refusal, which made nothing, if the key is new.
  Statement remember_refusal(const IdempotencyKey& key, int status, const std::string& body,
                             Timestamp now) const;
  // The answer of a key whose entity came to a decision.
  Statement decide(const IdempotencyKey& key, int status, const std::string& body) const;
  Statement find(const IdempotencyKey& key) const;  // RememberedAnswer
  // count: how many keys of the user are kept, `max` when there are more.
  Statement count_of_user(const std::string& user_id, std::int64_t max) const;
  Statement forget_before(Timestamp time) const;
  static Statement forget_user(const std::string& user_id);
  static Statement kept(const KeptQuery& query);  // KeptIdempotencyKey

 private:
  Sql remember_with_;
};

Migration idempotency_migration();

// Reads the value of an Idempotency-Key header: 1 to 255 visible ASCII characters.
Result<void> check_idempotency_key(std::string_view value);
// The refusal of a key that came before with another body.
Error key_reused();

}  // namespace ticketing::db
