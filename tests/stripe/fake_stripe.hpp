// A Stripe of the tests' own over real HTTPS, with its own certificate authority: stateful, with
// injected faults. Runs on a thread of its own.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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

class FakeStripe {
 public:
  // Given a signature and a body; answers with the status.
  using Webhook = std::function<void(std::string signature, std::string body,
                                     std::function<void(int status)> answer)>;

  explicit FakeStripe(const std::string& subject_alt_name = "IP:127.0.0.1");
  ~FakeStripe();

  std::string url() const;  // https://127.0.0.1:PORT
  std::string ca_file() const;
  static const std::string& webhook_secret();

  void set_faults(const FakeFaults& faults);
  // For the very next requests, one each, before any chance.
  void next_faults(std::vector<Fault> faults);
  // Where webhooks go; called on the fake's thread. What is not answered 2xx comes again.
  void on_webhook(Webhook webhook);

  void confirm(const std::string& intent_id, bool agreed);
  void refund_by_hand(const std::string& intent_id, std::int64_t amount);

  // Copies.
  std::vector<FakeIntent> intents() const;
  int effects() const;
  int requests() const;
  int connections() const;
  int webhooks_waiting() const;
  int forgeries_accepted() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace ticketing::test
