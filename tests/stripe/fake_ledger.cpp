#include "stripe/fake_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/text.hpp"
#include "common/json/writer.hpp"

namespace ticketing::test {
namespace {

std::string get(const Params& params, const std::string& name) {
  const auto at = params.find(name);
  return at == params.end() ? "" : at->second;
}

std::int64_t number(const Params& params, const std::string& name, std::int64_t otherwise) {
  const std::string text = get(params, name);
  return text.empty() ? otherwise : std::stoll(text);
}

FakeReply error(int status, std::string_view type, std::string_view code,
                std::string_view decline_code = "") {
  json::Writer writer;
  writer.begin_object().key("error").begin_object();
  writer.field("type", type).field("code", code);
  if (!decline_code.empty()) writer.field("decline_code", decline_code);
  writer.end_object().end_object();
  return {.status = status, .body = writer.take()};
}

std::string to_json(const FakeIntent& intent) {
  json::Writer writer;
  writer.begin_object()
      .field("id", intent.id)
      .field("object", "payment_intent")
      .field("status", intent.status)
      .field("amount", intent.amount)
      .field("amount_received", intent.captured)
      .field("created", intent.created)
      .field("client_secret", intent.id + "_secret_x")
      .key("metadata")
      .begin_object()
      .field("order_id", intent.order_id)
      .field("payment_id", intent.payment_id)
      .end_object();
  writer.key("latest_charge").begin_object().field("id", "ch_" + intent.id);
  writer.field("amount_refunded", intent.refunded).end_object();
  if (!intent.failure.empty()) {
    writer.key("last_payment_error").begin_object().field("code", intent.failure).end_object();
  }
  writer.end_object();
  return writer.take();
}

std::string to_json(const FakeRefund& refund) {
  json::Writer writer;
  writer.begin_object()
      .field("id", refund.id)
      .field("object", "refund")
      .field("status", "succeeded")
      .field("amount", refund.amount)
      .field("payment_intent", refund.intent_id)
      .key("metadata")
      .begin_object()
      .field("refund_id", refund.refund_id)
      .end_object()
      .end_object();
  return writer.take();
}

FakeReply list_of(const std::vector<std::string>& objects, bool has_more) {
  json::Writer writer;
  writer.begin_object().field("object", "list").field("has_more", has_more);
  writer.key("data").begin_array();
  for (const std::string& object : objects) writer.raw(object);
  writer.end_array().end_object();
  return {.body = writer.take()};
}

std::string decline_of(const std::string& method) {
  if (method.ends_with("chargeDeclinedInsufficientFunds")) return "insufficient_funds";
  if (method.ends_with("chargeDeclined")) return "generic_decline";
  return "";
}

}  // namespace

Params parse_form(std::string_view text) {
  Params params;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), true);
    const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (name && value) params[*name] = *value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return params;
}

FakeReply FakeLedger::handle(const std::string& method, const std::string& path,
                             const Params& params, const std::string& idempotency_key,
                             std::int64_t now) {
  if (method != "POST") return execute(method, path, params, now);
  Params all = params;
  all["path"] = path;
  if (const auto at = answers_.find(idempotency_key); at != answers_.end()) {
    if (at->second.params != all) return error(400, "idempotency_error", "idempotency_key_reused");
    FakeReply reply = at->second.reply;
    reply.replayed = true;
    return reply;
  }
  const FakeReply reply = execute(method, path, params, now);
  answers_[idempotency_key] = {.params = all, .reply = reply};
  return reply;
}

void FakeLedger::spoil(const std::string& idempotency_key, const Params& params,
                       const FakeReply& reply) {
  answers_[idempotency_key] = {.params = params, .reply = reply};
}

FakeReply FakeLedger::execute(const std::string& method, const std::string& path,
                              const Params& params, std::int64_t now) {
  const std::string intents = "/v1/payment_intents";
  if (path == "/v1/payment_methods") {
    const std::string token = get(params, "card[token]");
    return {.body = fmt::format(R"({{"id":"pm_of_{}","object":"payment_method"}})", token)};
  }
  if (path == "/v1/refunds") return method == "POST" ? refund(params) : list_refunds(params);
  if (path == intents) return method == "POST" ? create(params, now) : list(params);
  if (path == intents + "/search") return search(params);
  if (!path.starts_with(intents + "/")) return error(404, "invalid_request_error", "no_route");
  const std::string rest = path.substr(intents.size() + 1);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const auto at = intents_.find(rest.substr(0, slash));
  if (at == intents_.end()) return error(404, "invalid_request_error", "resource_missing");
  const std::string what = rest.substr(slash);
  if (method == "GET" && what.empty()) return {.body = to_json(at->second)};
  if (what == "/capture") return capture(at->second);
  if (what == "/cancel") return cancel(at->second);
  return error(404, "invalid_request_error", "no_route");
}

FakeReply FakeLedger::create(const Params& params, std::int64_t now) {
  const std::string method = get(params, "payment_method");
  if (get(params, "capture_method") != "manual" || get(params, "confirm") != "true") {
    return error(400, "invalid_request_error", "parameter_missing");
  }
  if (method.empty()) return error(400, "invalid_request_error", "resource_missing");
  ++effects_;
  FakeIntent intent{.id = fmt::format("pi_{:09}", next_id_++),
                    .status = "requires_capture",
                    .order_id = get(params, "metadata[order_id]"),
                    .payment_id = get(params, "metadata[payment_id]"),
                    .amount = number(params, "amount", 0),
                    .created = now};
  intent.failure = decline_of(method);
  if (!intent.failure.empty()) intent.status = "requires_payment_method";
  if (method.ends_with("threeDSecure2Required")) intent.status = "requires_action";
  intents_[intent.id] = intent;
  if (!intent.failure.empty()) {
    changed(intent, "payment_intent.payment_failed");
    return error(402, "card_error", "card_declined", intent.failure);
  }
  changed(intent, intent.status == "requires_action" ? "payment_intent.requires_action"
                                                     : "payment_intent.amount_capturable_updated");
  return {.body = to_json(intent)};
}

FakeReply FakeLedger::capture(FakeIntent& intent) {
  if (intent.status != "requires_capture") {
    return error(400, "invalid_request_error", "payment_intent_unexpected_state");
  }
  ++effects_;
  intent.status = "succeeded";
  intent.captured = intent.amount;
  changed(intent, "payment_intent.succeeded");
  return {.body = to_json(intent)};
}

FakeReply FakeLedger::cancel(FakeIntent& intent) {
  if (intent.status == "succeeded" || intent.status == "canceled") {
    return error(400, "invalid_request_error", "payment_intent_unexpected_state");
  }
  ++effects_;
  intent.status = "canceled";
  changed(intent, "payment_intent.canceled");
  return {.body = to_json(intent)};
}

FakeReply FakeLedger::refund(const Params& params) {
  const auto at = intents_.find(get(params, "payment_intent"));
  if (at == intents_.end()) return error(404, "invalid_request_error", "resource_missing");
  FakeIntent& intent = at->second;
  const std::int64_t amount = number(params, "amount", intent.captured - intent.refunded);
  if (amount <= 0 || intent.refunded + amount > intent.captured) {
    return error(400, "invalid_request_error", "charge_already_refunded");
  }
  ++effects_;
  intent.refunded += amount;
  refunds_.push_back({.id = fmt::format("re_{:09}", next_id_++),
                      .intent_id = intent.id,
                      .refund_id = get(params, "metadata[refund_id]"),
                      .amount = amount});
  observer_(
      "charge.refunded",
      fmt::format(R"({{"id":"ch_{0}","object":"charge","payment_intent":"{0}"}})", intent.id));
  return {.body = to_json(refunds_.back())};
}

void FakeLedger::confirm(const std::string& intent_id, bool agreed) {
  FakeIntent& intent = intents_.at(intent_id);
  if (intent.status != "requires_action") return;
  intent.status = agreed ? "requires_capture" : "requires_payment_method";
  if (!agreed) intent.failure = "payment_intent_authentication_failure";
  changed(intent,
          agreed ? "payment_intent.amount_capturable_updated" : "payment_intent.payment_failed");
}

void FakeLedger::refund_by_hand(const std::string& intent_id, std::int64_t amount) {
  refund({{"payment_intent", intent_id}, {"amount", std::to_string(amount)}});
}

FakeReply FakeLedger::list(const Params& params) const {
  const std::int64_t from = number(params, "created[gte]", 0);
  const std::int64_t to = number(params, "created[lt]", INT64_MAX);
  const auto limit = static_cast<std::size_t>(number(params, "limit", 10));
  const std::string before = get(params, "starting_after");
  std::vector<std::string> page;
  for (auto at = intents_.rbegin(); at != intents_.rend(); ++at) {
    const FakeIntent& intent = at->second;
    if (intent.created < from || intent.created >= to) continue;
    if (!before.empty() && intent.id >= before) continue;
    if (page.size() == limit) return list_of(page, true);
    page.push_back(to_json(intent));
  }
  return list_of(page, false);
}

FakeReply FakeLedger::search(const Params& params) const {
  const std::string query = get(params, "query");  // metadata['payment_id']:'…'
  std::vector<std::string> page;
  for (const auto& [id, intent] : intents_) {
    if (query == "metadata['payment_id']:'" + intent.payment_id + "'")
      page.push_back(to_json(intent));
  }
  return list_of(page, false);
}

FakeReply FakeLedger::list_refunds(const Params& params) const {
  std::vector<std::string> page;
  for (const FakeRefund& refund : refunds_) {
    if (refund.intent_id == get(params, "payment_intent")) page.push_back(to_json(refund));
  }
  return list_of(page, false);
}

void FakeLedger::changed(const FakeIntent& intent, const std::string& type) {
  observer_(type, to_json(intent));
}

}  // namespace ticketing::test
