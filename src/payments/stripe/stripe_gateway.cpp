#include "payments/stripe/stripe_gateway.hpp"

#include "payments/stripe/connection.hpp"
#include "payments/stripe/outcomes.hpp"

namespace ticketing::payments::stripe {
namespace {

constexpr std::int64_t page_max = 100;  // Stripe's own

class StripeGateway final : public PaymentGateway {
 public:
  StripeGateway(runtime::Platform& platform, const Settings& settings)
      : clock_(platform.clock), settings_(settings), connection_(platform, settings) {}

  Task<AuthorizeOutcome> authorize(AuthorizeRequest request) override {
    // Stripe may have deleted the key, and would charge again.
    if (age(request.created_at) > settings_.key_life) co_return co_await search(request);
    std::string method = request.source;
    if (method.starts_with("tok_")) {
      const auto made = co_await make_payment_method(request);
      if (const auto* id = std::get_if<std::string>(&made)) {
        method = *id;
      } else {
        co_return std::get<AuthorizeOutcome>(made);
      }
    }
    const ApiResult result = co_await connection_.call(create_intent(request, method));
    if (result) co_return authorize_outcome(*result);
    if (!result.error().is_settled) co_return no_answer<AuthorizeOutcome>(result.error());
    co_return co_await search(request);
  }

  Task<CaptureOutcome> capture(std::string stripe_id, std::string idempotency_key) override {
    co_return co_await change<CaptureOutcome>(stripe_id, "/capture", {}, idempotency_key,
                                              capture_outcome);
  }

  Task<ReleaseOutcome> release(std::string stripe_id, std::string idempotency_key) override {
    Form form;
    form.add("cancellation_reason", "abandoned");
    co_return co_await change<ReleaseOutcome>(stripe_id, "/cancel", form, idempotency_key,
                                              release_outcome);
  }

  Task<RefundOutcome> refund(RefundCall call) override {
    if (age(call.begun_at) > settings_.key_life) co_return co_await find_refund(call);
    Form form;
    form.add("payment_intent", call.stripe_id)
        .add("amount", call.amount.cents)
        .add("reason", "requested_by_customer")
        .add("metadata[refund_id]", call.refund_id)
        .add("metadata[payment_id]", call.payment_id);
    const ApiResult result = co_await connection_.call({.method = "POST",
                                                        .path = "/v1/refunds",
                                                        .form = form,
                                                        .idempotency_key = call.idempotency_key});
    if (result && !is_reused_key(*result)) co_return refund_outcome(*result);
    if (!result && !result.error().is_settled) co_return no_answer<RefundOutcome>(result.error());
    co_return co_await find_refund(call);
  }

  Task<LookUpOutcome> look_up(std::string stripe_id) override {
    Form form;
    form.add("expand[]", "latest_charge");
    const ApiResult result = co_await connection_.call(
        {.method = "GET", .path = path_of(stripe_id), .form = form, .idempotency_key = ""});
    if (!result) co_return no_answer<LookUpOutcome>(result.error());
    if (result->status == 404) co_return NoSuchIntent{};
    auto intent = read_intent(result->body);
    if (result->status != 200 || !intent) co_return Unknown{.reason = "not readable"};
    co_return *std::move(intent);
  }

  Task<RefundsOutcome> refunds_of(std::string stripe_id) override {
    Form form;
    form.add("payment_intent", stripe_id).add("limit", page_max);
    const ApiResult result = co_await connection_.call(
        {.method = "GET", .path = "/v1/refunds", .form = form, .idempotency_key = ""});
    if (!result) co_return no_answer<RefundsOutcome>(result.error());
    auto refunds = read_refunds(result->body);
    if (result->status != 200 || !refunds) co_return Unknown{.reason = "not readable"};
    co_return *std::move(refunds);
  }

  Task<IntentPageOutcome> list(Timestamp from, Timestamp to,
                               std::optional<std::string> cursor) override {
    Form form;
    form.add("created[gte]", to_millis(from) / 1'000)
        .add("created[lt]", to_millis(to) / 1'000)
        .add("limit", page_max)
        .add("expand[]", "data.latest_charge");
    if (cursor) form.add("starting_after", *cursor);
    const ApiResult result = co_await connection_.call(
        {.method = "GET", .path = "/v1/payment_intents", .form = form, .idempotency_key = ""});
    if (!result) co_return no_answer<IntentPageOutcome>(result.error());
    auto page = read_intents(result->body);
    if (result->status != 200 || !page) co_return Unknown{.reason = "not readable"};
    co_return *std::move(page);
  }

 private:
  Milliseconds age(Timestamp time) const { return clock_.now() - time; }

  static std::string path_of(const std::string& stripe_id) {
    return "/v1/payment_intents/" + percent_encode(stripe_id);
  }

  // A token has to become a PaymentMethod first; no money is involved yet.
  Task<std::variant<std::string, AuthorizeOutcome>> make_payment_method(
      const AuthorizeRequest& request) {
    Form form;
    form.add("type", "card").add("card[token]", request.source);
    const ApiResult result =
        co_await connection_.call({.method = "POST",
                                   .path = "/v1/payment_methods",
                                   .form = form,
                                   .idempotency_key = request.idempotency_key + "-method"});
    if (!result && result.error().is_settled) {
      co_return AuthorizeOutcome{Declined{.code = "gateway_unavailable"}};
    }
    if (!result) co_return AuthorizeOutcome{NotSent{.reason = result.error().reason}};
    if (result->status >= 300) co_return authorize_outcome(*result);
    const auto method = read_intent(result->body);  // of any object, the id
    if (!method) co_return AuthorizeOutcome{NotSent{.reason = "not readable"}};
    co_return method->id;
  }

  static ApiCall create_intent(const AuthorizeRequest& request, const std::string& method) {
    Form form;
    form.add("amount", request.amount.cents)
        .add("currency", to_string(request.amount.currency))
        .add("capture_method", "manual")
        .add("confirm", "true")
        .add("use_stripe_sdk", "true")  // what requires action is handled by Stripe's script
        .add("payment_method_types[]", "card")
        .add("payment_method", method)
        .add("metadata[order_id]", request.order_id)
        .add("metadata[payment_id]", request.payment_id);
    return {.method = "POST",
            .path = "/v1/payment_intents",
            .form = form,
            .idempotency_key = request.idempotency_key};
  }

  // After the key has expired: by the metadata of the attempt. Stripe's search lags
  // behind, so what it does not find may still be there for a while.
  Task<AuthorizeOutcome> search(const AuthorizeRequest& request) {
    Form form;
    form.add("query", "metadata['payment_id']:'" + request.payment_id + "'").add("limit", 1);
    const ApiResult result = co_await connection_.call({.method = "GET",
                                                        .path = "/v1/payment_intents/search",
                                                        .form = form,
                                                        .idempotency_key = ""});
    if (!result) co_return Unknown{.reason = result.error().reason};
    const auto page = read_intents(result->body);
    if (result->status != 200 || !page) co_return Unknown{.reason = "not readable"};
    if (!page->intents.empty()) co_return authorize_outcome(page->intents.front());
    if (age(request.created_at) > settings_.search_lag_max) {
      co_return Declined{.code = "gateway_unavailable"};
    }
    co_return Unknown{.reason = "not found yet"};
  }

  // A capture or a release. Each can happen only once, with any key, so another key may follow one
  // for which Stripe stored a failure, also a refusal: the intent may have been in another state
  // then. The intent's state decides.
  template <class Outcome>
  Task<Outcome> change(std::string stripe_id, std::string what, Form form, std::string key,
                       Outcome (*outcome_of)(const Intent&, const ApiError&)) {
    ApiCall call{
        .method = "POST", .path = path_of(stripe_id) + what, .form = form, .idempotency_key = key};
    ApiResult result = co_await connection_.call(call);
    if (is_stored_failure(result)) {
      call.idempotency_key = key + "-" + std::to_string(to_millis(clock_.now()));
      result = co_await connection_.call(call);
    }
    if (!result && !result.error().is_settled) co_return no_answer<Outcome>(result.error());
    if (result && result->status < 300) {
      const auto intent = read_intent(result->body);
      if (intent) co_return outcome_of(*intent, {});
    }
    const ApiError refusal = result ? read_error(result->body) : ApiError{};
    const LookUpOutcome found = co_await look_up(stripe_id);
    if (const auto* intent = std::get_if<Intent>(&found)) co_return outcome_of(*intent, refusal);
    if (std::holds_alternative<NoSuchIntent>(found)) co_return Refused{.code = "resource_missing"};
    co_return Unknown{.reason = "refused, and the state is not known"};
  }

  // Refunds of one payment are listed without a lag, so what is not there never was.
  Task<RefundOutcome> find_refund(const RefundCall& call) {
    const RefundsOutcome outcome = co_await refunds_of(call.stripe_id);
    const auto* refunds = std::get_if<std::vector<GatewayRefund>>(&outcome);
    if (refunds == nullptr) co_return Unknown{.reason = "the refunds cannot be listed"};
    for (const GatewayRefund& refund : *refunds) {
      if (refund.refund_id != call.refund_id) continue;
      if (refund.succeeded) co_return Refunded{.stripe_id = refund.id};
      co_return Refused{.code = "refund_failed"};
    }
    if (age(call.begun_at) > settings_.search_lag_max) {
      co_return Refused{.code = "gateway_unavailable"};
    }
    co_return Unknown{.reason = "not found yet"};
  }

  const Clock& clock_;
  const Settings settings_;
  Connection connection_;
};

}  // namespace

std::unique_ptr<PaymentGateway> make_gateway(runtime::Platform& platform,
                                             const Settings& settings) {
  return std::make_unique<StripeGateway>(platform, settings);
}

}  // namespace ticketing::payments::stripe
