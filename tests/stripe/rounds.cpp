#include "stripe/rounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

#include "common/async/group.hpp"
#include "common/http/problem.hpp"
#include "common/json/reader.hpp"
#include "fixtures/call_endpoint.hpp"
#include "servers/services.hpp"

namespace ticketing::test {
namespace {

constexpr std::chrono::seconds hold{2};
constexpr std::chrono::seconds rest_max{180};
// The gauges lag behind by up to five seconds.
constexpr int quiet_looks = 14;

MarketplaceSettings market_settings(World& world) {
  // All buyers come from one address.
  MarketplaceSettings settings{
      .orders = {.hold = hold, .buyer = {.live_orders_of_address_max = 0}},
      .payments = {
          .stripe = {.secret_key = "sk_test_fake",
                     .total_timeout = Milliseconds{700},
                     .call_timeout = Milliseconds{1'500},
                     .retry = {.shortest = Milliseconds{20}, .longest = Milliseconds{1'280}},
                     .breaker = {.failures_max = 8,
                                 .open_for = {.shortest = Milliseconds{20},
                                              .longest = Milliseconds{200}}},
                     .search_lag_max = Milliseconds{3'000}},
          .webhook_secret = StripeModel::webhook_secret(),
          .declines = {.per_address = 0}}};
  world.show_way_to_stripe(settings.payments.stripe);
  return settings;
}

std::string text_of(const http::Response& response, const char* field) {
  auto reader = json::Reader::parse(response.body);
  return reader && reader->has(field) ? reader->text(field) : "";
}

}  // namespace

// What one round does, drawn before it starts so that the seed alone decides.
struct Rounds::Plan {
  int number = 0;
  std::int64_t price_cents = 0;
  std::string card;
  Milliseconds pay_after{0};
  std::optional<Milliseconds> cancel_after;
  bool edits = false;
  bool agrees = true;
  bool second_card = false;
  std::optional<std::int64_t> refund_cents;  // 0: all of it
  bool relists = false;
  bool refunds_by_hand = false;
};

Rounds::Rounds(World& world, const RoundsPlan& plan)
    : world_(world), plan_(plan), random_(plan.seed), story_(plan.is_told) {
  services_ = make_marketplace(platform(), market_settings(world_), world_.signing_key());
  for (const auto& service : services_) {
    router_.add(service->routes());
    service->subscribe();
  }
  stripe().on_webhook(
      [this](std::string signature, std::string body, std::function<void(int)> answer) {
        handle_webhook(std::move(signature), std::move(body), std::move(answer));
      });
}

Rounds::~Rounds() { stripe().on_webhook(nullptr); }

void Rounds::handle_webhook(std::string signature, std::string body,
                            std::function<void(int)> answer) {
  asio::post(platform().executor, [this, signature = std::move(signature), body = std::move(body),
                                   answer = std::move(answer)]() mutable {
    const auto deliver = [](Rounds& self, std::string sign, std::string text,
                            std::function<void(int)> answer) -> Task<> {
      const auto response = co_await self.call("POST", "/api/payments/webhook", text, "", "", sign);
      answer(response.status);
    };
    spawn(platform().executor, "webhook",
          deliver(*this, std::move(signature), std::move(body), std::move(answer)));
  });
}

bool Rounds::run() {
  stripe().set_faults({.percent = 25,
                       .slow_for = std::chrono::milliseconds{900},
                       .seed = plan_.seed,
                       .webhook_delay_max = std::chrono::milliseconds{1'500},
                       .webhook_duplicate_percent = 20,
                       .webhook_forged_percent = 5});
  world_.bus().start();
  for (const auto& service : services_) service->start();
  world_.run(all_rounds());
  return at_rest_;
}

Task<> Rounds::all_rounds() {
  TaskGroup running(platform().executor, "round");
  constexpr std::array cards{"tok_visa",     "pm_card_visa",       "tok_visa",
                             "pm_card_visa", "tok_chargeDeclined", "pm_card_threeDSecure2Required"};
  for (int number = 0; number < plan_.count; ++number) {
    const auto chance = [this](int percent) {
      return static_cast<int>(random_.below(100)) < percent;
    };
    Plan plan{.number = number,
              .price_cents = 100 + static_cast<std::int64_t>(random_.below(1'000'000)),
              .card = cards[random_.below(cards.size())]};
    // A third each: at once, within 50 ms of the end, at any time.
    const auto kind = random_.below(3);
    const auto span = static_cast<std::int64_t>(random_.below(kind == 1 ? 101 : 2'200));
    plan.pay_after = kind == 0 ? Milliseconds{0} : Milliseconds{kind == 1 ? 1'950 + span : span};
    if (chance(30)) {
      plan.cancel_after = plan.pay_after + Milliseconds{random_.below(101)} - Milliseconds{50};
    }
    plan.edits = chance(20);
    plan.agrees = chance(70);
    plan.second_card = chance(30);
    if (chance(25)) {
      plan.refund_cents = chance(50) ? 0 : 1 + static_cast<std::int64_t>(random_.below(100));
    }
    plan.relists = chance(50);
    plan.refunds_by_hand = chance(3);
    co_await running.wait_below(static_cast<std::size_t>(plan_.at_once));
    running.spawn(one_round(plan));
  }
  co_await running.wait_below(1);
  co_await settle();
  for (const FakeIntent& intent : stripe().intents()) {
    tell(fmt::format("{} {} for {}: {} of {} taken, {} given back", intent.id, intent.status,
                     intent.order_id, intent.captured, intent.amount, intent.refunded));
  }
}

Task<> Rounds::one_round(Plan plan) {
  const std::string seller = platform().ids.next();
  const std::string buyer = platform().ids.next();
  const std::string price = to_decimal(Money{plan.price_cents});
  const auto ticket =
      co_await call("POST", "/api/tickets", R"({"title":"t","price":)" + price + "}", seller);
  const std::string ticket_id = text_of(ticket, "id");
  TaskGroup acts(platform().executor, "act of a round");
  if (plan.edits) acts.spawn(edit(ticket_id, seller));
  const auto order =
      co_await call("POST", "/api/orders", R"({"ticketId":")" + ticket_id + "\"}", buyer);
  auto reader = json::Reader::parse(order.body);
  if (order.status == 201 && reader) {
    BuyerView view{.order_id = reader->text("id"),
                   .price_cents = reader->object("ticket").money("price", 1, 99'999'999).cents};
    if (plan.cancel_after) acts.spawn(cancel(view.order_id, buyer, *plan.cancel_after));
    co_await sleep(plan.pay_after);
    const std::string key = fmt::format("pay-{}", plan.number);
    co_await pay(view.order_id, buyer, key, plan, view);
    if (!view.paid && plan.second_card) {
      plan.card = "pm_card_visa";
      co_await pay(view.order_id, buyer, key + "-second", plan, view);
    }
    if (view.paid && plan.refund_cents) co_await refund(buyer, plan, view);
    views_.push_back(view);
  }
  co_await acts.wait_below(1);
}

// As a browser does: the same key again while it is not decided.
Task<> Rounds::pay(std::string order_id, std::string buyer, std::string key, Plan plan,
                   BuyerView& view) {
  const std::string field = plan.card.starts_with("tok_") ? "token" : "paymentMethodId";
  const std::string body =
      fmt::format(R"({{"orderId":"{}","{}":"{}"}})", order_id, field, plan.card);
  for (int attempt = 0; attempt < 4; ++attempt) {
    const auto response = co_await call("POST", "/api/payments", body, buyer, key);
    if (response.status == 201) {
      view.paid = true;
      ++tally_.paid;
      co_return;
    }
    if (response.status == 503) {
      ++view.not_charged;
      ++tally_.not_charged;
      co_return;
    }
    if (response.status != 202) {
      ++(text_of(response, "slug") == "card_declined" ? tally_.declined : tally_.refused);
      co_return;
    }
    ++tally_.pending;
    const std::string secret = text_of(response, "clientSecret");
    if (!secret.empty()) co_await confirm_in_browser(secret, plan);
    co_await sleep(Milliseconds{400});
  }
}

Task<> Rounds::confirm_in_browser(std::string client_secret, Plan plan) {
  co_await sleep(Milliseconds{plan.number % 300});
  stripe().confirm(client_secret.substr(0, client_secret.find("_secret")), plan.agrees);
}

Task<> Rounds::cancel(std::string order_id, std::string buyer, Milliseconds after) {
  co_await sleep(std::max(after, Milliseconds{0}));
  const auto response = co_await call("DELETE", "/api/orders/" + order_id, "", buyer);
  if (response.status == 204) ++tally_.cancelled;
}

Task<> Rounds::edit(std::string ticket_id, std::string seller) {
  co_await call("PUT", "/api/tickets/" + ticket_id, R"({"title":"t","price":77777.77})", seller);
}

Task<> Rounds::refund(std::string buyer, Plan plan, BuyerView& view) {
  const std::string order_id = view.order_id;
  if (plan.refunds_by_hand) {
    const auto intents = stripe().intents();
    for (const FakeIntent& intent : intents) {
      if (intent.order_id == order_id && intent.captured > 1) stripe().refund_by_hand(intent.id, 1);
    }
  }
  const std::string amount =
      *plan.refund_cents == 0
          ? ""
          : fmt::format(R"("amount":{},)", to_decimal(Money{*plan.refund_cents}));
  const std::string body =
      fmt::format(R"({{{}"relist":{}}})", amount, *plan.refund_cents == 0 && plan.relists);
  const std::string path = "/api/orders/" + order_id + "/refund";
  const std::string key = fmt::format("refund-{}", plan.number);
  TaskGroup twins(platform().executor, "the same refund");
  for (int attempt = 0; attempt < 4; ++attempt) {
    // Two at the same time with one key are one refund.
    const auto twin = [](Rounds& self, std::string to, std::string text, std::string user,
                         std::string with) -> Task<> {
      co_await self.call("POST", to, text, user, with);
    };
    if (plan.number % 2 == 0) twins.spawn(twin(*this, path, body, buyer, key));
    const auto response = co_await call("POST", path, body, buyer, key);
    co_await twins.wait_below(1);
    if (response.status == 201) {
      ++tally_.refunds;
      if (!plan.refunds_by_hand) {
        view.given_back_cents = *plan.refund_cents == 0 ? view.price_cents : *plan.refund_cents;
      }
      co_return;
    }
    // Not captured yet, or not known yet.
    co_await sleep(Milliseconds{300});
  }
}

Task<http::Response> Rounds::call(std::string method, std::string path, std::string body,
                                  std::string user, std::string key, std::string signature) {
  http::Request request{.method = method, .path = path, .body = body};
  if (!user.empty()) request.headers.add("Cookie", "session=" + token_of(user));
  if (!key.empty()) request.headers.add("Idempotency-Key", key);
  if (!signature.empty()) request.headers.add("Stripe-Signature", signature);
  auto match = router_.match(method, path);
  TICKETING_ASSERT(match.route != nullptr);
  request.path_params = std::move(match.params);
  http::Response response;
  try {
    auto answer = co_await fixtures::call_endpoint(match.route->endpoint, request);
    response = answer ? *std::move(answer) : http::problem_response(answer.error());
  } catch (const std::exception&) {
    response = http::problem_response(http::error_of(std::current_exception()));
  }
  tell(fmt::format("{} {} {}: {} {}", method, path, body, response.status, response.body));
  co_return response;
}

void Rounds::tell(const std::string& line) { story_.add(platform().clock.now(), line); }

std::string Rounds::token_of(const std::string& user) {
  const Timestamp now = platform().clock.now();
  return world_.signing_key().sign({.user_id = user,
                                    .email = "a@example.com",
                                    .session_id = user,
                                    .token_id = platform().ids.next(),
                                    .not_before = now - std::chrono::minutes{1},
                                    .expires_at = now + std::chrono::minutes{10}});
}

// Faults end; then everything in progress has to end.
Task<> Rounds::settle() {
  stripe().set_faults({.seed = plan_.seed});
  const auto begun = platform().clock.steady_now();
  int quiet = 0;
  while (quiet < quiet_looks && platform().clock.steady_now() - begun < rest_max) {
    co_await sleep(Milliseconds{500});
    quiet = is_at_rest() ? quiet + 1 : 0;
  }
  at_rest_ = quiet == quiet_looks;
  co_await world_.bus().stop();
  for (const auto& service : services_) co_await service->stop();
  services_.clear();
}

bool Rounds::is_at_rest() const {
  if (stripe().webhooks_waiting() > 0) return false;
  const std::string metrics = platform().metrics.expose();
  if (!metrics.contains("payments_unfinished 0\n")) return false;
  if (!metrics.contains("refunds_asked 0\n")) return false;
  if (!metrics.contains("refunds_unfinished 0\n")) return false;
  if (!metrics.contains("stripe_webhooks_unfinished 0\n")) return false;
  for (const std::string& service : servers::names_of_publishers()) {
    if (!metrics.contains(fmt::format("outbox_unpublished_events{{service=\"{}\"}} 0\n", service)))
      return false;
  }
  return true;
}

}  // namespace ticketing::test
