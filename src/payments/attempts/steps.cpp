#include "payments/attempts/steps.hpp"

#include "common/base/log.hpp"
#include "payments/attempts/store.hpp"

namespace ticketing::payments::attempts {
namespace {

constexpr std::size_t steps_at_once_max = 64;
constexpr std::int64_t due_page = 200;
// More are refused: the gateway is slower than the buyers.
constexpr std::size_t steps_max = 1'024;
constexpr std::size_t causes_max = 1'024;

}  // namespace

Steps::Steps(runtime::Platform& platform, runtime::OwnedData& data, PaymentGateway& gateway,
             OrderWaiters& waiters)
    : platform_(platform),
      data_(data),
      waiters_(waiters),
      gateway_step_(platform, data, gateway),
      running_(platform.executor, "payment step"),
      unfinished_(platform.metrics.gauge("payments_unfinished",
                                         "Payments that are neither taken, refused nor released")),
      unknown_(platform.metrics.gauge("payments_unknown",
                                      "Payments whose outcome at the gateway is not known")) {}

void Steps::begin(std::string payment_id) {
  running_.spawn(in_context(trace::current(), step(std::move(payment_id), true)));
}

bool Steps::is_full() const { return running_.running() >= steps_max; }

void Steps::wake() {
  if (wake_) wake_();
}

void Steps::wake_for(const std::string& order_id) {
  if (causes_.size() >= causes_max) causes_.clear();  // most are of orders without a payment
  causes_[order_id] = trace::current();
  wake();
}

trace::Context Steps::take_cause(const std::string& order_id) {
  const auto found = causes_.extract(order_id);
  return found ? found.mapped() : trace::Context{};
}

Task<std::optional<PaymentAndOrder>> Steps::find(const std::string& payment_id) {
  const auto result = co_await data_.database().query(store::payment_and_order(payment_id));
  if (result.empty()) co_return std::nullopt;
  co_return result.rows.front().as<PaymentAndOrder>();
}

Task<> Steps::step(std::string payment_id, bool first_call) {
  const auto guard = in_progress_.enter(payment_id);
  if (!guard) co_return;
  const auto found = co_await find(payment_id);
  if (!found) co_return;
  co_await gateway_step_.take(*found, first_call);
  waiters_.notify(found->order.id);
}

Task<bool> Steps::cancel_unconfirmed(std::string order_id) {
  const auto live = co_await data_.database().query(store::live_payment_of(order_id));
  if (live.empty()) co_return true;
  const auto id = live.rows.front().as<Payment>().id;
  const auto guard = in_progress_.enter(id);
  if (!guard) co_return false;
  const auto found = co_await find(id);  // as the last step has left it
  if (!found || !is_live(found->payment.status)) co_return true;
  if (found->payment.status != PaymentStatus::requires_action) co_return false;
  co_await gateway_step_.cancel_unconfirmed(found->payment, "canceled");
  co_return true;
}

Task<bool> Steps::apply(std::string payment_id, Intent intent) {
  const auto guard = in_progress_.enter(payment_id);
  if (!guard) co_return false;
  const auto found = co_await find(payment_id);
  if (!found) co_return true;
  if (intent.amount != found->payment.amount) {
    log::error("the gateway's amount differs from ours",
               {{"payment", payment_id}, {"intent", intent.id}});
    co_return true;
  }
  const bool is_settled = co_await gateway_step_.apply(found->payment, intent);
  waiters_.notify(found->order.id);
  wake();
  co_return is_settled;
}

Task<> Steps::process_due() {
  // Payments in progress are skipped and take no room in the page.
  const std::int64_t page = due_page + static_cast<std::int64_t>(in_progress_.size());
  const auto due =
      co_await data_.database().query(store::due_payments(platform_.clock.now(), page));
  bool started = false;
  for (const db::Row& row : due.rows) {
    const auto found = row.as<PaymentAndOrder>();
    if (in_progress_.contains(found.payment.id)) continue;
    co_await running_.wait_below(steps_at_once_max);
    running_.spawn(in_context(take_cause(found.order.id), step(found.payment.id, false)));
    started = true;
  }
  // A full page means that there is more.
  if (started && std::ssize(due.rows) == page) wake();
  const auto counts = co_await data_.database().query(store::count_unfinished());
  unfinished_.Set(static_cast<double>(counts.rows.front().integer("unfinished")));
  unknown_.Set(static_cast<double>(counts.rows.front().integer("unknown")));
}

Task<> Steps::stop() { co_await running_.wait_below(1); }

}  // namespace ticketing::payments::attempts
