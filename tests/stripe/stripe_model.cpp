#include "stripe/stripe_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "payments/webhooks/webhook.hpp"

namespace ticketing::test {
namespace {

constexpr int webhook_attempts_max = 30;

FakeReply failure(int status) {
  return {.status = status, .body = R"({"error":{"type":"api_error","code":""}})"};
}

}  // namespace

const std::string& StripeModel::webhook_secret() {
  static const std::string secret = "whsec_fake";
  return secret;
}

void StripeModel::set_faults(const FakeFaults& faults) {
  const std::lock_guard lock(mutex_);
  faults_ = faults;
  random_ = SeededRandom(faults.seed);
}
bool StripeModel::has_faults() const {
  const std::lock_guard lock(mutex_);
  return faults_.percent > 0;
}
void StripeModel::next_faults(std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  scripted_.assign(faults.begin(), faults.end());
}
void StripeModel::on_webhook(Webhook webhook) {
  const std::lock_guard lock(mutex_);
  webhook_ = std::move(webhook);
}
StripeModel::Webhook StripeModel::current_webhook() const {
  const std::lock_guard lock(mutex_);
  return webhook_;
}
void StripeModel::confirm(const std::string& intent_id, bool agreed) {
  const std::lock_guard lock(mutex_);
  ledger_.confirm(intent_id, agreed);
}
void StripeModel::refund_by_hand(const std::string& intent_id, std::int64_t amount) {
  const std::lock_guard lock(mutex_);
  ledger_.refund_by_hand(intent_id, amount);
}

std::vector<FakeIntent> StripeModel::intents() const {
  const std::lock_guard lock(mutex_);
  std::vector<FakeIntent> intents;
  for (const auto& [id, intent] : ledger_.intents()) intents.push_back(intent);
  return intents;
}
int StripeModel::effects() const {
  const std::lock_guard lock(mutex_);
  return ledger_.effects();
}
int StripeModel::requests() const {
  const std::lock_guard lock(mutex_);
  return request_count_;
}
int StripeModel::webhooks_waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}
int StripeModel::forgeries_accepted() const {
  const std::lock_guard lock(mutex_);
  return forged_accepted_;
}

Reaction StripeModel::react(const StripeRequest& request) {
  const std::lock_guard lock(mutex_);
  ++request_count_;
  Reaction reaction{.fault = choose_fault(request.method == "POST")};
  FakeReply reply = act(request, reaction.fault);
  reaction.status = reply.status;
  reaction.body = std::move(reply.body);
  reaction.headers.add("Content-Type", "application/json");
  reaction.headers.add("Request-Id", "req_1");
  if (reply.replayed) reaction.headers.add("Idempotent-Replayed", "true");
  if (reaction.fault == Fault::throttled_retry) reaction.headers.add("Stripe-Should-Retry", "true");
  if (reaction.fault == Fault::slow) reaction.wait = faults_.slow_for;
  return reaction;
}

Fault StripeModel::choose_fault(bool is_post) {
  if (!scripted_.empty()) {
    const Fault fault = scripted_.front();
    scripted_.pop_front();
    return fault;
  }
  if (!chance(faults_.percent)) return Fault::none;
  const auto fault = static_cast<Fault>(1 + random_.below(10));
  if (!is_post && (fault == Fault::failed_before || fault == Fault::failed_after))
    return Fault::unstored_failure;
  return fault;
}

FakeReply StripeModel::act(const StripeRequest& request, Fault fault) {
  const std::string& target = request.target;
  const std::size_t question = std::min(target.find('?'), target.size());
  const std::string path = target.substr(0, question);
  const bool is_post = request.method == "POST";
  const Params params =
      parse_form(is_post ? request.body : target.substr(std::min(question + 1, target.size())));
  const std::string& key = request.idempotency_key;
  const std::int64_t now_seconds = to_millis(clock_.now()) / 1'000;
  if (request.authorization != "Bearer sk_test_fake") return failure(401);
  if (is_post && key.empty()) return failure(400);
  Params all = params;
  all["path"] = path;
  const bool is_known = ledger_.has_key(key);
  switch (fault) {
    case Fault::reset_before:
    case Fault::unstored_failure: return failure(503);
    case Fault::conflict: return failure(409);
    case Fault::throttled:
    case Fault::throttled_retry: return failure(429);
    case Fault::failed_before:
      if (!is_known) ledger_.spoil(key, all, failure(500));
      return failure(500);
    case Fault::failed_after:
      ledger_.handle(request.method, path, params, key, now_seconds);
      if (!is_known) ledger_.spoil(key, all, failure(500));
      return failure(500);
    case Fault::none:
    case Fault::reset_after:
    case Fault::half_an_answer:
    case Fault::slow: break;
  }
  return ledger_.handle(request.method, path, params, key, now_seconds);
}

void StripeModel::send_webhooks(const std::string& type, const std::string& object) {
  if (!webhook_) return;
  const std::string body =
      fmt::format(R"({{"id":"evt_{}","object":"event","type":"{}","data":{{"object":{}}}}})",
                  next_event_++, type, object);
  deliver(body, 1);
  if (chance(faults_.webhook_duplicate_percent)) deliver(body, 1);
  if (chance(faults_.webhook_forged_percent)) {
    const std::string lie = fmt::format(
        R"({{"id":"evt_forged_{}","type":"payment_intent.canceled","data":{{"object":{}}}}})",
        next_event_++, object);
    forge(lie);
  }
}

std::chrono::milliseconds StripeModel::delay() {
  const auto limit = static_cast<std::uint64_t>(faults_.webhook_delay_max.count());
  return std::chrono::milliseconds{static_cast<std::int64_t>(random_.below(limit + 1))};
}

void StripeModel::send(const std::string& secret, const std::string& body,
                       std::function<void(int)> on_status) {
  ++waiting_;
  after_(delay(), [this, secret, body, on_status = std::move(on_status)] {
    const Webhook webhook = current_webhook();
    if (!webhook) return;
    const std::string signature = payments::webhooks::sign_webhook(secret, body, clock_.now());
    webhook(signature, body, [this, on_status](int status) {
      after_(std::chrono::milliseconds{0}, [this, on_status, status] {
        const std::lock_guard lock(mutex_);
        --waiting_;
        on_status(status);
      });
    });
  });
}

void StripeModel::deliver(const std::string& body, int attempt) {
  send(webhook_secret(), body, [this, body, attempt](int status) {
    if (status / 100 != 2 && attempt < webhook_attempts_max) deliver(body, attempt + 1);
  });
}

void StripeModel::forge(const std::string& body) {
  send("guessed", body, [this](int status) {
    if (status / 100 == 2) ++forged_accepted_;
  });
}

}  // namespace ticketing::test
