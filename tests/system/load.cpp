#include "system/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "system/audit.hpp"

namespace ticketing::system {
namespace {

// Whether an answer leaves the outcome open: a service is away, or an event that the request
// needs has not come yet.
bool may_be_repeated(const Answer& answer) {
  return answer.status == 503 || (answer.status == 404 && !answer.header("retry-after").empty());
}

}  // namespace

void Trader::trade(const std::atomic<bool>& stop) {
  while (!stop) {
    try {
      trade_once();
    } catch (const ConnectionLost&) {
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    } catch (const std::exception& error) {
      faults_.emplace_back(error.what());
      return;
    }
  }
}

void Trader::trade_once() {
  if (open_key_.empty() && !list_ticket()) return;
  // Again with the same key when the first answer was lost: one order, and its answer.
  const Answer made = person_->order_now(open_ticket_, open_key_);
  // Its event may come after minutes where servers are killed and the machine is busy. One that is
  // lost is a copy that the audit misses.
  if (may_be_repeated(made) || text_at(made, "slug") == "ticket_not_found") return;
  if (made.status != 201) {
    faults_.push_back(fmt::format("order of a free ticket: {} {}", made.status, made.body));
  } else {
    promises_.orders.push_back({.id = text_at(made, "id"),
                                .ticket_id = open_ticket_,
                                .key = open_key_,
                                .body = made.body});
  }
  open_key_.clear();
  if (made.status == 201) settle(promises_.orders.back());
}

// False when it may or may not be listed: no ticket to go on with.
bool Trader::list_ticket() {
  const Answer listed = person_->http.post(
      "/api/tickets", fmt::format(R"({{"title":"A seat","price":{}}})", 1 + random_() % 500));
  if (listed.status != 201) {
    if (!may_be_repeated(listed)) {
      faults_.push_back(fmt::format("list a ticket: {} {}", listed.status, listed.body));
    }
    return false;
  }
  open_ticket_ = text_at(listed, "id");
  promises_.tickets.push_back(open_ticket_);
  open_key_ = new_key();
  return true;
}

void Trader::settle(Promises::Order& order) {
  const auto choice = random_() % 10;
  if (choice < 2) return;  // left to expire
  if (choice < 4) {
    const Answer cancelled = person_->cancel(order.id);
    order.cancelled = cancelled.status == 204;
    if (!order.cancelled && !may_be_repeated(cancelled) &&
        text_at(cancelled, "slug") != "order_expired") {
      faults_.push_back(fmt::format("cancel: {} {}", cancelled.status, cancelled.body));
    }
    return;
  }
  const Answer paid = person_->pay_now(order.id, "tok_visa", new_key());
  order.paid = paid.status == 201;
  if (!order.paid && paid.status != 202 && !may_be_repeated(paid) &&
      text_at(paid, "slug") != "order_expired") {
    faults_.push_back(fmt::format("pay: {} {}", paid.status, paid.body));
  }
}

std::vector<std::string> Trader::broken_promises() {
  std::vector<std::string> broken;
  for (const std::string& ticket : promises_.tickets) {
    if (person_->http.get("/api/tickets/" + ticket).status != 200) {
      broken.push_back("lost ticket " + ticket);
    }
  }
  for (const Promises::Order& order : promises_.orders) {
    const Answer shown = person_->http.get("/api/orders/" + order.id);
    if (shown.status != 200) {
      broken.push_back("lost order " + order.id);
      continue;
    }
    const std::string status = text_at(shown, "status");
    if (order.paid && status != "complete") broken.push_back("paid, but " + shown.body);
    if (order.cancelled && status != "cancelled") broken.push_back("cancelled, but " + shown.body);
    if (status == "created") broken.push_back("never ended: " + shown.body);
    const Answer again = person_->order(order.ticket_id, order.key);
    if (again.status != 201 || again.body != order.body) {
      broken.push_back(
          fmt::format("the key's answer was {}, now it is {}", order.body, again.body));
    }
  }
  return broken;
}

Crowd::Crowd(Marketplace& marketplace, int traders, std::uint64_t seed) {
  for (int i = 0; i < traders; ++i) {
    traders_.push_back(std::make_unique<Trader>(marketplace.person(), seed + i));
  }
}

void Crowd::start() {
  stop_ = false;
  for (const auto& trader : traders_) threads_.emplace_back([&] { trader->trade(stop_); });
}

void Crowd::stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Crowd::trade_for(std::chrono::milliseconds length) {
  start();
  std::this_thread::sleep_for(length);
  stop();
}

std::vector<std::string> Crowd::faults() {
  std::vector<std::string> all;
  for (const auto& trader : traders_) {
    std::ranges::copy(trader->faults(), std::back_inserter(all));
    std::ranges::copy(trader->broken_promises(), std::back_inserter(all));
  }
  return all;
}

std::size_t Crowd::tickets() const {
  std::size_t count = 0;
  for (const auto& trader : traders_) count += trader->promises().tickets.size();
  return count;
}

std::size_t Crowd::orders() const {
  std::size_t count = 0;
  for (const auto& trader : traders_) count += trader->promises().orders.size();
  return count;
}

// Everything ends within the hold, the gateway's retries and a little more.
void expect_rest_and_kept_promises(Marketplace& marketplace, Crowd& crowd) {
  System& system = marketplace.system();
  EXPECT_EQ(wait_for_rest(system, patient(std::chrono::seconds{30})), "");
  EXPECT_TRUE(wait_until(
      [&] {
        return system.query("orders", "SELECT 1 FROM orders WHERE status = 'created'").empty();
      },
      patient(std::chrono::seconds{30})));
  EXPECT_EQ(wait_for_rest(system, patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(system), "");
  EXPECT_EQ(fmt::format("{}", fmt::join(crowd.faults(), "\n")), "");
  EXPECT_GT(crowd.orders(), 0U);
  fmt::print("kept: {} tickets, {} orders\n", crowd.tickets(), crowd.orders());
}

}  // namespace ticketing::system
