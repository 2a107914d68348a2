// Rounds of pay × expire × cancel × refund × fault: all services in this process, and a Stripe of
// the tests' own. What people do and what fails comes from one seed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fixtures/story.hpp"
#include "stripe/world.hpp"
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

struct RoundsPlan {
  std::uint64_t seed = 1;
  int count = 0;
  int at_once = 200;
  bool is_told = false;  // prints the story
};

class Rounds {
 public:
  // `world` outlives the rounds.
  Rounds(World& world, const RoundsPlan& plan);
  ~Rounds();
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

  // All rounds, then until everything has come to rest. False: it did not within its time.
  bool run();

  const std::vector<BuyerView>& views() const { return views_; }
  const Tally& tally() const { return tally_; }
  // Of every answer to a person, and of what Stripe has in the end.
  std::uint64_t story_hash() const { return story_.hash(); }
  StripeModel& stripe() const { return world_.stripe(); }
  std::string database(const std::string& service) const { return world_.database(service); }

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
  Task<> sleep(Milliseconds time) { return platform().timers.sleep_for(time); }
  runtime::Platform& platform() const { return world_.platform(); }
  void tell(const std::string& line);
  std::string token_of(const std::string& user);

  World& world_;
  const RoundsPlan plan_;
  SeededRandom random_;
  fixtures::Story story_;
  runtime::Services services_;
  http::Router router_;
  std::vector<BuyerView> views_;
  Tally tally_;
  bool at_rest_ = false;
};

}  // namespace ticketing::test
