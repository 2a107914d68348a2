#include "common/bus/jetstream/durable_subscription.hpp"

#include <iterator>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/bus/traced_delivery.hpp"

namespace ticketing::bus {
namespace {

constexpr Milliseconds request_expires{5'000};  // the server ends it by then
constexpr Milliseconds request_grace{1'000};    // after which its answer counts as lost
constexpr Milliseconds refused_rest{300};
constexpr Milliseconds sweep_interval{10'000};
// An event that another process settled is not delivered here again.
constexpr std::chrono::minutes tried_age_max{30};

constexpr int status_request_expired = 408;
constexpr int status_no_messages = 404;

std::int64_t to_nanoseconds(Milliseconds length) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(length).count();
}

}  // namespace

DurableSubscription::DurableSubscription(const Executor& executor, const Clock& clock,
                                         NatsLink& link, const JetStreamSettings& settings,
                                         std::size_t number, Subscription subscription,
                                         StoreDeadLetter store_dead_letter)
    : clock_(clock),
      link_(link),
      settings_(settings),
      number_(number),
      subscription_(std::move(subscription)),
      durable_(durable_name(subscription_.consumer, subscription_.subject)),
      store_dead_letter_(std::move(store_dead_letter)),
      counts_({.consumer = subscription_.consumer, .subject = subscription_.subject}),
      running_(executor, durable_) {}

void DurableSubscription::on_ready() {
  if (std::exchange(ready_, true)) return;
  expected_ = 0;
  next_request_ = {};
  ask();
}

void DurableSubscription::on_disconnected() {
  ready_ = false;
  expected_ = 0;
}

void DurableSubscription::ask() {
  const SteadyTime now = clock_.steady_now();
  if (!ready_ || stopping_ || expected_ > 0 || now < next_request_) return;
  if (in_hand_.size() > in_hand_max - batch_max) return;
  ++request_;
  const bool sent = link_.send(
      {.subject = std::string("$JS.API.CONSUMER.MSG.NEXT.") + event_stream + "." + durable_,
       .reply = link_.inbox() + "f." + std::to_string(number_) + "." + std::to_string(request_),
       .data = "{\"batch\":" + std::to_string(batch_max) +
               ",\"expires\":" + std::to_string(to_nanoseconds(request_expires)) + "}"});
  if (!sent) return;  // the next tick asks again
  expected_ = batch_max;
  request_ends_ = now + request_expires + request_grace;
}

void DurableSubscription::on_answer(std::uint64_t request, int status) {
  if (request != request_) return;
  expected_ = 0;
  // Expired with nothing or little: ask again. Anything else is a refusal, which would come again.
  if (status != status_request_expired && status != status_no_messages) {
    next_request_ = clock_.steady_now() + refused_rest;
  }
  ask();
}

void DurableSubscription::on_delivery(Event event, const std::string& reply,
                                      const DeliveryAddress& address) {
  if (expected_ > 0) --expected_;
  if (stopping_) {
    retry_later(reply, Milliseconds{0});
    return;
  }
  const SteadyTime now = clock_.steady_now();
  std::string key = event.id + "@" + std::to_string(address.sequence);
  if (const auto found = in_hand_.find(key); found != in_hand_.end()) {
    // Delivered again before it was settled: after a restart of the server, thousands are.
    found->second->reply = reply;
    found->second->touched = now;
  } else {
    auto delivery = std::make_shared<Delivery>(
        Delivery{.key = key, .event = std::move(event), .reply = reply, .touched = now});
    in_hand_.emplace(std::move(key), delivery);
    waiting_.push_back(std::move(delivery));
    start_waiting();
  }
  ask();
}

// Not kept as a dead letter: a replay would make an event of it.
void DurableSubscription::on_forged(const std::string& reply) {
  if (expected_ > 0) --expected_;
  answer(reply, "+TERM");
  ask();
}

void DurableSubscription::start_waiting() {
  while (!waiting_.empty() && running_.running() < handlers_max && !stopping_) {
    std::shared_ptr<Delivery> next = std::move(waiting_.front());
    waiting_.pop_front();
    running_.spawn(run(std::move(next)));
  }
}

Task<> DurableSubscription::run(std::shared_ptr<Delivery> delivery) {
  const DeliveryEnd end = co_await deliver_traced(subscription_, delivery->event);
  co_await settle(*delivery, end);
  in_hand_.erase(delivery->key);
  if (waiting_.empty()) {
    ask();
    co_return;
  }
  // This member still counts as running: its place goes to the next one.
  std::shared_ptr<Delivery> next = std::move(waiting_.front());
  waiting_.pop_front();
  running_.spawn(run(std::move(next)));
  ask();
}

Task<> DurableSubscription::settle(Delivery& delivery, const DeliveryEnd& end) {
  const std::string& id = delivery.event.id;
  if (end.kind == DeliveryEnd::Kind::done) {
    tried_.erase(id);
    count(counts_, end, nullptr);
    answer(delivery.reply, "+ACK");
    co_return;
  }
  const SteadyTime now = clock_.steady_now();
  Tried& tried = tried_[id];
  tried.touched = now;
  const NextDelivery next = tried.history.next(settings_.delivery, end, now);
  count(counts_, end, &next);
  // `tried` may move while this waits.
  if (next.given_up && co_await give_up(delivery, *next.given_up)) {
    tried_.erase(id);
    answer(delivery.reply, "+TERM");
  } else {
    retry_later(delivery.reply, next.pause);
  }
}

// False when the dead letter could not be stored: then the event must not be given up yet.
Task<bool> DurableSubscription::give_up(const Delivery& delivery, const std::string& reason) {
  const Event& event = delivery.event;
  const trace::Scope scope(event.context);
  try {
    co_await store_dead_letter_({.consumer = subscription_.consumer,
                                 .event = event,
                                 .reason = reason,
                                 .failed_at = clock_.now()},
                                subscription_.consumer + "/" + delivery.key);
  } catch (const std::exception& error) {
    log::error("cannot store a dead letter",
               {{"consumer", subscription_.consumer}, {"error", error.what()}});
    co_return false;
  }
  ++counts_.dead_letters;
  log::error("event became a dead letter", {{"consumer", subscription_.consumer},
                                            {"subject", event.subject},
                                            {"event", event.id},
                                            {"reason", reason}});
  co_return true;
}

void DurableSubscription::on_tick(SteadyTime now) {
  // Without this, a delivery that takes longer than ack_wait would go to another process, too.
  for (const auto& [key, delivery] : in_hand_) {
    if (now - delivery->touched < settings_.ack_wait / 3) continue;
    delivery->touched = now;
    answer(delivery->reply, "+WPI");
  }
  if (expected_ > 0 && now > request_ends_) expected_ = 0;
  start_waiting();
  ask();
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  std::erase_if(tried_,
                [now](const auto& entry) { return now - entry.second.touched > tried_age_max; });
}

Task<> DurableSubscription::stop() {
  stopping_ = true;
  for (const auto& delivery : waiting_) {
    retry_later(delivery->reply, Milliseconds{0});
    in_hand_.erase(delivery->key);
  }
  waiting_.clear();
  co_await running_.wait_below(1);
  ready_ = false;
}

// An answer that is lost means one more delivery.
void DurableSubscription::answer(const std::string& reply, std::string verb) {
  link_.send({.subject = reply, .data = std::move(verb)});
}

void DurableSubscription::retry_later(const std::string& reply, Milliseconds delay) {
  if (delay <= Milliseconds{0}) {
    answer(reply, "-NAK");
    return;
  }
  answer(reply, "-NAK {\"delay\": " + std::to_string(to_nanoseconds(delay)) + "}");
}

}  // namespace ticketing::bus
