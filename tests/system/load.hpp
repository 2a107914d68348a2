// Buyers and sellers that trade without pause and record the answers.
#pragma once

#include <atomic>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "system/marketplace.hpp"

namespace ticketing::system {

// What the system acknowledged and must keep.
struct Promises {
  std::vector<std::string> tickets;
  struct Order {
    std::string id;
    std::string ticket_id;
    std::string key;   // the Idempotency-Key that it was made with
    std::string body;  // the answer
    bool paid = false;
    bool cancelled = false;
  };
  std::vector<Order> orders;
};

// One trader on one thread; `faults` contains failures that no crash explains.
class Trader {
 public:
  Trader(std::unique_ptr<Person> person, std::uint64_t seed)
      : person_(std::move(person)), random_(seed) {}

  // Lists, orders, pays, cancels or leaves, until `stop`. A lost answer is asked for again with the
  // same key until a server answers.
  void trade(const std::atomic<bool>& stop);
  // One round of the same; gives up when the connection is lost.
  void trade_once();
  // After all is at rest: acknowledged writes that are missing.
  std::vector<std::string> broken_promises();

  const Promises& promises() const { return promises_; }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  bool list_ticket();
  void settle(Promises::Order& order);
  std::string new_key() { return "key-" + std::to_string(random_()); }

  std::unique_ptr<Person> person_;
  std::mt19937_64 random_;
  Promises promises_;
  std::vector<std::string> faults_;
  // What was under way when the connection was lost.
  std::string open_ticket_, open_key_;
};

// Traders, each on a thread of its own. They end with this object.
class Crowd {
 public:
  Crowd(Marketplace& marketplace, int traders, std::uint64_t seed);
  ~Crowd() { stop(); }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  void start();
  void stop();
  void trade_for(std::chrono::milliseconds length);
  Trader& one() { return *traders_.front(); }

  // After all is at rest: what went wrong, and acknowledged writes that are missing.
  std::vector<std::string> faults();
  std::size_t tickets() const;
  std::size_t orders() const;

 private:
  std::vector<std::unique_ptr<Trader>> traders_;
  std::atomic<bool> stop_{false};
  std::vector<std::thread> threads_;
};

// Waits until every order has ended and all is at rest, then runs the audit and checks what the
// crowd's writes returned. Failures are the test's.
void expect_rest_and_kept_promises(Marketplace& marketplace, Crowd& crowd);

}  // namespace ticketing::system
