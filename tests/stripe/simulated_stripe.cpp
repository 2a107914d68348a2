#include "stripe/simulated_stripe.hpp"

namespace ticketing::test {
namespace {

// While Stripe has faults, of 100 calls.
constexpr std::uint64_t unreachable_percent = 2;
constexpr std::uint64_t late_percent = 2;
constexpr std::uint64_t reused_percent = 50;  // are sent over a connection that was used before
constexpr std::uint64_t usual_ms = 15;        // at most, one way
constexpr std::uint64_t late_ms = 1'500;

Task<> act_after(Timers& timers, Milliseconds wait, std::function<void()> action) {
  co_await timers.sleep_for(wait);
  action();
}

StripeRequest to_stripe(const http::Call& call) {
  const auto header = [&](std::string_view name) {
    return std::string(call.headers.find(name).value_or(""));
  };
  const std::size_t host = call.url.find("://") + 3;
  return {.method = call.method,
          .target = call.url.substr(call.url.find('/', host)),
          .authorization = header("Authorization"),
          .idempotency_key = header("Idempotency-Key"),
          .body = call.body};
}

}  // namespace

class SimulatedStripe::Client final : public http::Client {
 public:
  Client(SimulatedStripe& stripe, Milliseconds timeout) : stripe_(stripe), timeout_(timeout) {}

  Task<http::CallResult> call(http::Call call) override {
    const bool is_bad = stripe_.has_faults();
    if (is_bad && happens(unreachable_percent)) {
      co_await pass(usual_ms);
      co_return std::unexpected(http::NoAnswer{.reason = "connection refused"});
    }
    const StripeRequest request = to_stripe(call);
    const SteadyTime end = stripe_.clock_.steady_now() + timeout_;
    const Milliseconds way = up_to(is_bad && happens(late_percent) ? late_ms : usual_ms);
    if (way >= timeout_) {
      const auto arrive = [&stripe = stripe_, request] { stripe.react(request); };
      spawn(stripe_.executor_, "late call", act_after(stripe_.timers_, way, arrive));
      co_return co_await time_out(end);
    }
    co_await stripe_.timers_.sleep_for(way);
    Reaction reaction = stripe_.react(request);
    const bool is_repeated = reaction.closes_at_once() && happens(reused_percent);
    if (is_repeated) {
      co_await pass(usual_ms);
      reaction = stripe_.react(request);
    }
    if (stripe_.clock_.steady_now() + reaction.wait >= end) co_return co_await time_out(end);
    co_await stripe_.timers_.sleep_for(reaction.wait);
    co_await pass(usual_ms);
    if (reaction.closes_at_once() || reaction.fault == Fault::half_an_answer)
      co_return std::unexpected(http::NoAnswer{.sent = true, .reason = "connection reset"});
    co_return http::Answer{.status = reaction.status,
                           .was_repeated = is_repeated,
                           .headers = std::move(reaction.headers),
                           .body = std::move(reaction.body)};
  }

 private:
  bool happens(std::uint64_t percent) { return stripe_.network_.below(100) < percent; }
  Milliseconds up_to(std::uint64_t limit_ms) {
    return Milliseconds{static_cast<std::int64_t>(1 + stripe_.network_.below(limit_ms))};
  }
  Task<> pass(std::uint64_t limit_ms) { return stripe_.timers_.sleep_for(up_to(limit_ms)); }
  Task<http::CallResult> time_out(SteadyTime end) {
    co_await stripe_.timers_.sleep_for(
        std::chrono::ceil<Milliseconds>(end - stripe_.clock_.steady_now()));
    co_return std::unexpected(http::NoAnswer{.sent = true, .reason = "time-out"});
  }

  SimulatedStripe& stripe_;
  const Milliseconds timeout_;
};

SimulatedStripe::SimulatedStripe(const Executor& executor, const Clock& clock, Timers& timers,
                                 std::uint64_t seed)
    : StripeModel(clock,
                  [executor, &timers](Milliseconds wait, std::function<void()> action) {
                    spawn(executor, "webhook", act_after(timers, wait, std::move(action)));
                  }),
      executor_(executor),
      clock_(clock),
      timers_(timers),
      network_(seed) {}

std::unique_ptr<http::Client> SimulatedStripe::make_client(const http::ClientSettings& settings) {
  return std::make_unique<Client>(*this, settings.total_timeout);
}

}  // namespace ticketing::test
