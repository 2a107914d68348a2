// The data of a fake Stripe: PaymentIntents, refunds, idempotency keys; and its answers to
// requests. No network and no thread of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ticketing::test {

struct FakeIntent {
  std::string id;
  std::string status;
  std::string order_id;
  std::string payment_id;
  std::string failure;
  std::int64_t amount = 0;
  std::int64_t captured = 0;
  std::int64_t refunded = 0;
  std::int64_t created = 0;
};

struct FakeRefund {
  std::string id;
  std::string intent_id;
  std::string refund_id;
  std::int64_t amount = 0;
};

struct FakeReply {
  int status = 200;
  std::string body;
  bool replayed = false;
};

using Params = std::map<std::string, std::string>;
Params parse_form(std::string_view text);

class FakeLedger {
 public:
  using Observer = std::function<void(const std::string& type, const std::string& object)>;
  // `observer` is called for every change, with the object as an event carries it.
  explicit FakeLedger(Observer observer) : observer_(std::move(observer)) {}

  // Carries out a request once for each key; the same key and parameters again get the first
  // answer.
  FakeReply handle(const std::string& method, const std::string& path, const Params& params,
                   const std::string& idempotency_key, std::int64_t now);
  // The answer to this key from now on, independent of what was done.
  void spoil(const std::string& idempotency_key, const Params& params, const FakeReply& reply);
  bool has_key(const std::string& idempotency_key) const {
    return answers_.contains(idempotency_key);
  }

  // What the card's owner and the account's owner do.
  void confirm(const std::string& intent_id, bool agreed);
  void refund_by_hand(const std::string& intent_id, std::int64_t amount);

  const std::map<std::string, FakeIntent>& intents() const { return intents_; }
  const std::vector<FakeRefund>& refunds() const { return refunds_; }
  int effects() const { return effects_; }  // changes of money or holds

 private:
  struct Answered {
    Params params;
    FakeReply reply;
  };
  FakeReply execute(const std::string& method, const std::string& path, const Params& params,
                    std::int64_t now);
  FakeReply create(const Params& params, std::int64_t now);
  FakeReply capture(FakeIntent& intent);
  FakeReply cancel(FakeIntent& intent);
  FakeReply refund(const Params& params);
  FakeReply list(const Params& params) const;
  FakeReply search(const Params& params) const;
  FakeReply list_refunds(const Params& params) const;
  void changed(const FakeIntent& intent, const std::string& type);

  Observer observer_;
  std::map<std::string, FakeIntent> intents_;
  std::vector<FakeRefund> refunds_;
  std::map<std::string, Answered> answers_;
  int next_id_ = 1;
  int effects_ = 0;
};

}  // namespace ticketing::test
