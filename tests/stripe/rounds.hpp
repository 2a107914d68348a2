// Rounds of pay × expire × cancel × refund × fault: all services in this process, Stripe a fake
// over HTTPS. Everything random comes from one seed.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/runtime/embedded_platform.hpp"
#include "fixtures/run_task.hpp"
#include "stripe/fake_stripe.hpp"
#include "ticketing/marketplace.hpp"

namespace ticketing::test {

struct BuyerView {
  std::string order_id;
  std::int64_t price_cents = 0;                  // in the answer that made the order
  bool paid = false;                             // some attempt was answered 201
  int not_charged = 0;                           // attempts answered 503
  std::optional<std::int64_t> given_back_cents;  // by one refund, answered 201
};

struct Tally {
  int paid = 0;
  int pending = 0;
  int declined = 0;
  int refused = 0;
  int not_charged = 0;
  int cancelled = 0;
  int refunds = 0;
};

class Rounds {
 public:
  Rounds(std::uint64_t seed, int count, int at_once);
  ~Rounds();

  // All rounds, then until everything has come to rest. False: it did not within its time.
  bool run();

  const std::vector<BuyerView>& views() const { return views_; }
  const Tally& tally() const { return tally_; }
  FakeStripe& stripe() { return stripe_; }
  std::string database(const std::string& service) const { return folder_.file(service + ".db"); }

 private:
  struct Plan;
  Task<> all_rounds();
  Task<> one_round(Plan plan);
  Task<> pay(std::string order_id, std::string buyer, std::string key, Plan plan, BuyerView& view);
  Task<> confirm_in_browser(std::string client_secret, Plan plan);
  Task<> cancel(std::string order_id, std::string buyer, Milliseconds after);
  Task<> edit(std::string ticket_id, std::string seller);
  Task<> refund(std::string buyer, Plan plan, BuyerView& view);
  bool is_at_rest() const;
  Task<> settle();
  Task<http::Response> call(std::string method, std::string path, std::string body,
                            std::string user, std::string key = "", std::string signature = "");
  void handle_webhook(std::string signature, std::string body, std::function<void(int)> answer);
  Task<> sleep(Milliseconds time) { return embedded_->platform().timers.sleep_for(time); }
  std::string token_of(const std::string& user);

  TemporaryFolder folder_;
  FakeStripe stripe_;
  asio::io_context io_{1};
  std::unique_ptr<runtime::EmbeddedPlatform> embedded_;
  runtime::Services services_;
  http::Router router_;
  SeededRandom random_;
  const std::uint64_t seed_;
  const int count_;
  const std::size_t at_once_;
  std::vector<BuyerView> views_;
  Tally tally_;
  bool at_rest_ = false;
};

}  // namespace ticketing::test
