// Makes every request of the Stripe adapter once, against Stripe's own mock at the address given.
// The mock has no state; the test is that it accepts each request as valid.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>

#include "common/runtime/embedded_platform.hpp"
#include "fixtures/run_task.hpp"
#include "payments/stripe/stripe_gateway.hpp"

namespace ticketing::payments {
namespace {

template <class Outcome>
int report(std::string_view call, const Outcome& outcome) {
  std::string reason;
  if constexpr (requires { std::get<NotSent>(outcome); }) {
    if (const auto* not_sent = std::get_if<NotSent>(&outcome)) reason = not_sent->reason;
    if (const auto* unknown = std::get_if<Unknown>(&outcome)) reason = unknown->reason;
  }
  fmt::print("{}: {}\n", call, reason.empty() ? "answered" : reason);
  return 1;
}

Task<int> call_everything(PaymentGateway& gateway, Timestamp now) {
  int calls = 0;
  AuthorizeRequest request{.payment_id = "p1",
                           .order_id = "o1",
                           .source = "tok_visa",
                           .amount = Money{2'000},
                           .idempotency_key = "p1-authorize",
                           .created_at = now};
  calls += report("authorize a token", co_await gateway.authorize(request));
  request.source = "pm_card_visa";
  calls += report("authorize a payment method", co_await gateway.authorize(request));
  request.created_at = now - std::chrono::hours{48};
  calls += report("search", co_await gateway.authorize(request));
  calls += report("capture", co_await gateway.capture("pi_1", "p1-capture"));
  calls += report("release", co_await gateway.release("pi_1", "p1-release"));
  calls += report("look up", co_await gateway.look_up("pi_1"));
  RefundCall refund{.payment_id = "p1",
                    .refund_id = "r1",
                    .stripe_id = "pi_1",
                    .amount = Money{500},
                    .idempotency_key = "r1-refund",
                    .begun_at = now};
  calls += report("refund", co_await gateway.refund(refund));
  calls += report("refunds of", co_await gateway.refunds_of("pi_1"));
  calls += report("list", co_await gateway.list(now - std::chrono::hours{24}, now, std::nullopt));
  calls += report("list on", co_await gateway.list(now - std::chrono::hours{24}, now, "pi_1"));
  co_return calls;
}

int run(const std::string& url) {
  TemporaryFolder folder;
  asio::io_context io;
  runtime::HostSettings host;
  host.data_dir = folder.file("");
  runtime::EmbeddedPlatform embedded(io.get_executor(), host);
  const auto gateway =
      stripe::make_gateway(embedded.platform(), {.secret_key = "sk_test_123", .api_url = url});
  const int calls = run_task(io, call_everything(*gateway, embedded.platform().clock.now()));
  fmt::print("{} calls made\n", calls);
  return 0;
}

}  // namespace
}  // namespace ticketing::payments

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: stripe-mock-calls URL\n");
    return 2;
  }
  return ticketing::payments::run(argv[1]);
}
