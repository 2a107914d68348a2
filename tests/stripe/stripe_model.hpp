// A Stripe of the tests' own without its connection: stateful, with injected faults and webhooks.
// Everything random in it comes from one seed.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/http/message.hpp"
#include "stripe/fake_ledger.hpp"

namespace ticketing::test {

enum class Fault {
  none,
  reset_before,      // takes the request, does nothing, closes the connection
  reset_after,       // does it, closes the connection
  half_an_answer,    // does it, closes in the middle of the answer
  failed_before,     // 500, does nothing; stored under the key
  failed_after,      // does it, but answers 500; stored under the key
  unstored_failure,  // 503, does nothing, stores nothing
  conflict,          // 409: the key is in use
  throttled,         // 429
  throttled_retry,   // 429 with Stripe-Should-Retry: true
  slow,              // does it, answers late
};

struct FakeFaults {
  int percent = 0;  // of the requests that meet one, any of them
  std::chrono::milliseconds slow_for{0};
  std::uint64_t seed = 1;
  // Webhooks: at random within this time, so in any order; some twice, some forged.
  std::chrono::milliseconds webhook_delay_max{0};
  int webhook_duplicate_percent = 0;
  int webhook_forged_percent = 0;
};

struct StripeRequest {
  std::string method;
  std::string target;  // the path with its query
  std::string authorization;
  std::string idempotency_key;
  std::string body;
};

// What has become of a request, and how its answer leaves.
struct Reaction {
  Fault fault = Fault::none;
  int status = 0;
  http::Headers headers;
  std::string body;
  std::chrono::milliseconds wait{0};  // before the answer

  bool closes_at_once() const {
    return fault == Fault::reset_before || fault == Fault::reset_after;
  }
};

// May be called by several threads.
class StripeModel {
 public:
  // Given a signature and a body; answers with the status.
  using Webhook = std::function<void(std::string signature, std::string body,
                                     std::function<void(int status)> answer)>;
  // Runs an action after a time, never at once.
  using After = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

  // `clock` outlives the model.
  StripeModel(const Clock& clock, After after) : clock_(clock), after_(std::move(after)) {}

  static const std::string& webhook_secret();

  void set_faults(const FakeFaults& faults);
  bool has_faults() const;
  // For the very next requests, one each, before any chance.
  void next_faults(std::vector<Fault> faults);
  // Where webhooks go; called as `after` calls. What is not answered 2xx comes again.
  void on_webhook(Webhook webhook);

  Reaction react(const StripeRequest& request);
  void confirm(const std::string& intent_id, bool agreed);
  void refund_by_hand(const std::string& intent_id, std::int64_t amount);

  // Copies.
  std::vector<FakeIntent> intents() const;
  int effects() const;
  int requests() const;
  int webhooks_waiting() const;
  int forgeries_accepted() const;

 private:
  Webhook current_webhook() const;
  // These are called with the mutex held.
  Fault choose_fault(bool is_post);
  FakeReply act(const StripeRequest& request, Fault fault);
  void send_webhooks(const std::string& type, const std::string& object);
  bool chance(int percent) { return static_cast<int>(random_.below(100)) < percent; }
  std::chrono::milliseconds delay();
  void send(const std::string& secret, const std::string& body, std::function<void(int)> on_status);
  void deliver(const std::string& body, int attempt);
  void forge(const std::string& body);

  const Clock& clock_;
  const After after_;
  mutable std::mutex mutex_;
  FakeFaults faults_;
  std::deque<Fault> scripted_;
  SeededRandom random_{1};
  Webhook webhook_;
  FakeLedger ledger_{
      [this](const std::string& type, const std::string& object) { send_webhooks(type, object); }};
  int request_count_ = 0;
  int next_event_ = 1;
  int waiting_ = 0;
  int forged_accepted_ = 0;
};

}  // namespace ticketing::test
