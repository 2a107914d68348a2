#include "common/runtime/idempotent_requests.hpp"

#include "common/base/digest.hpp"
#include "common/http/problem.hpp"

namespace ticketing::runtime {
namespace {

constexpr std::chrono::hours remembered_for{24};

// The key of a request, or nothing when it has none. Refuses a malformed one.
Result<std::optional<db::IdempotencyKey>> key_of(const http::Request& request,
                                                 const std::string& user_id) {
  const auto value = request.headers.find("Idempotency-Key");
  if (!value) return std::nullopt;
  if (const auto checked = db::check_idempotency_key(*value); !checked)
    return std::unexpected(checked.error());
  return db::IdempotencyKey{
      .user_id = user_id,
      .key = std::string(*value),
      .body_hash = sha256_hex(request.method + " " + request.path + "\n" + request.body)};
}

http::Response to_response(const db::RememberedAnswer& answer) {
  http::Response response = http::json_response(answer.status, answer.body);
  if (answer.status >= 400) response.headers.set("Content-Type", "application/problem+json");
  response.headers.add("Idempotent-Replayed", "true");
  return response;
}

}  // namespace

IdempotentRequests::IdempotentRequests(Platform& platform, db::Database& database,
                                       const std::string& entity_table)
    : platform_(platform),
      database_(database),
      keys_(entity_table),
      cleaning_(platform, "delete idempotency keys", std::chrono::minutes{10}) {}

Task<Result<std::optional<db::RememberedAnswer>>> IdempotentRequests::find(
    const db::IdempotencyKey& key) {
  const auto found = co_await database_.query(keys_.find(key));
  if (found.empty()) co_return std::nullopt;
  db::RememberedAnswer answer = found.rows.front().as<db::RememberedAnswer>();
  if (answer.body_hash != key.body_hash) co_return refuse(db::key_reused());
  co_return answer;
}

Task<Result<limits::Shares::Hold>> IdempotentRequests::admit_new(const db::IdempotencyKey& key) {
  const std::int64_t max = platform_.limits.idempotency_keys;
  limits::Shares::Hold hold;
  if (max == 0) co_return hold;
  // Both before the count: a key that is stored meanwhile is in both numbers then. After the count
  // it could be in neither.
  const limits::Caller user = limits::Caller::user(key.user_id);
  new_keys_.take(hold, {.user = user});
  const std::int64_t under_way = new_keys_.of(user);
  const auto counted = co_await database_.query(keys_.count_of_user(key.user_id, max));
  if (counted.rows.front().integer("count") + under_way <= max) co_return hold;
  co_return refuse({.kind = ErrorKind::throttled,
                    .slug = slugs::too_many_keys,
                    .detail = "Too many of these requests in a day. Try again later.",
                    .fields = {},
                    .retry_after = std::chrono::minutes{10}});
}

Task<Result<http::Response>> IdempotentRequests::answer_once(const http::Request& request,
                                                             std::string user_id, Effect effect,
                                                             AnswerOf answer_of) {
  const auto key = key_of(request, user_id);
  if (!key) co_return std::unexpected(key.error());
  if (*key) co_return co_await answer_with_key(request, **key, effect, answer_of);
  auto response = co_await effect(std::nullopt);
  if (!response) co_return std::unexpected(response.error());
  TICKETING_ASSERT(response->has_value());
  co_return **std::move(response);
}

Task<Result<http::Response>> IdempotentRequests::answer_with_key(const http::Request& request,
                                                                 const db::IdempotencyKey& key,
                                                                 const Effect& effect,
                                                                 const AnswerOf& answer_of) {
  // Twice, when another request took the key between the look and the effect.
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto known = co_await find_answer(key, answer_of);
    if (!known) co_return std::unexpected(known.error());
    if (*known) co_return **std::move(known);
    const auto admitted = co_await admit_new(key);
    if (!admitted) co_return std::unexpected(admitted.error());
    auto response = co_await effect(key);
    if (answer_of) {
      // From the key, not from this call: another request with the key may have had the effect.
      auto decided = co_await find_answer(key, answer_of);
      if (!decided) co_return std::unexpected(decided.error());
      if (*decided) co_return **std::move(decided);
    }
    if (response && *response) co_return **std::move(response);
    if (response) continue;
    // With the advice to try again, a refusal is not final.
    const bool is_final = response.error().kind == ErrorKind::invalid &&
                          response.error().retry_after == std::chrono::seconds{0};
    if (!answer_of && is_final) co_return co_await refuse_and_remember(key, response.error());
    co_return std::unexpected(response.error());
  }
  throw Unavailable("another request with the same key is under way");
}

Task<Result<std::optional<http::Response>>> IdempotentRequests::find_answer(
    const db::IdempotencyKey& key, const AnswerOf& answer_of) {
  const auto known = co_await find(key);
  if (!known) co_return std::unexpected(known.error());
  if (!*known) co_return std::nullopt;
  if ((*known)->status != 0) co_return to_response(**known);
  TICKETING_ASSERT(answer_of != nullptr);
  const auto answer = co_await answer_of((*known)->entity_id);
  http::Response response = answer ? *answer : http::problem_response(answer.error());
  co_await remember(key, response);
  co_return response;
}

Task<Result<http::Response>> IdempotentRequests::refuse_and_remember(const db::IdempotencyKey& key,
                                                                     const Error& error) {
  const http::Response refusal = http::problem_response(error);
  db::Transaction transaction{.contends_for = key.user_id, .statements = {}};
  transaction.statements.push_back(
      keys_.remember_refusal(key, refusal.status, refusal.body, platform_.clock.now()));
  co_await database_.commit(std::move(transaction));
  const auto answer = co_await find(key);
  if (!answer) co_return std::unexpected(answer.error());
  TICKETING_ASSERT(answer->has_value());
  co_return (*answer)->status == 0 ? refusal : to_response(**answer);
}

Task<> IdempotentRequests::remember(const db::IdempotencyKey& key, const http::Response& response) {
  if (response.status == 202 || response.status >= 500) co_return;
  db::Transaction transaction{.contends_for = key.user_id, .statements = {}};
  transaction.statements.push_back(keys_.decide(key, response.status, response.body));
  co_await database_.commit(std::move(transaction));
}

void IdempotentRequests::start() {
  cleaning_.start([this] { return forget_old_keys(); });
}

Task<> IdempotentRequests::forget_old_keys() {
  db::Transaction transaction;
  transaction.statements.push_back(keys_.forget_before(platform_.clock.now() - remembered_for));
  co_await database_.commit(std::move(transaction));
}

Task<> IdempotentRequests::stop() { co_await cleaning_.stop(); }

}  // namespace ticketing::runtime
