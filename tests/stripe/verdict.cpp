#include "stripe/verdict.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <map>
#include <stdexcept>

namespace ticketing::test {
namespace {

struct OrderRow {
  std::string status;
  std::string reason;
  std::int64_t price_cents = 0;
};

// Calls `take` with each row of a query.
template <class Take>
void each_row(const std::string& path, const char* sql, Take take) {
  sqlite3* handle = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) != SQLITE_OK) {
    throw std::runtime_error(std::string("cannot read: ") + sqlite3_errmsg(handle));
  }
  while (sqlite3_step(statement) == SQLITE_ROW) take(statement);
  sqlite3_finalize(statement);
  sqlite3_close(handle);
}

std::string text(sqlite3_stmt* row, int column) {
  const auto* value = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return value == nullptr ? "" : value;
}

std::map<std::string, OrderRow> read_orders(const Rounds& rounds) {
  std::map<std::string, OrderRow> orders;
  each_row(rounds.database("orders"), "SELECT id, status, reason, price_cents FROM orders",
           [&](sqlite3_stmt* row) {
             orders[text(row, 0)] = {.status = text(row, 1),
                                     .reason = text(row, 2),
                                     .price_cents = sqlite3_column_int64(row, 3)};
           });
  return orders;
}

}  // namespace

Verdict judge(Rounds& rounds) {
  Verdict verdict;
  const auto orders = read_orders(rounds);
  std::map<std::string, FakeIntent> charge_of;
  const auto intents = rounds.stripe().intents();
  const auto complain = [&](std::string text) { verdict.violations.push_back(std::move(text)); };
  for (const FakeIntent& intent : intents) {
    verdict.captured_cents += intent.captured;
    verdict.refunded_cents += intent.refunded;
    if (intent.status == "requires_capture" || intent.status == "requires_action") {
      complain(fmt::format("{} still holds money ({})", intent.id, intent.status));
    }
    if (intent.captured == 0) continue;
    const auto order = orders.find(intent.order_id);
    if (order == orders.end()) {
      complain(fmt::format("I5: {} was taken for no order", intent.id));
      continue;
    }
    if (order->second.status != "complete" && intent.refunded != intent.captured) {
      complain(fmt::format("I5: {} was taken for the {} order {}", intent.id, order->second.status,
                           intent.order_id));
    }
    if (!charge_of.emplace(intent.order_id, intent).second) {
      complain(fmt::format("I6: a second charge for the order {}", intent.order_id));
    }
    if (intent.captured != order->second.price_cents) {
      complain(fmt::format("I7: {} took {} cents of {}", intent.id, intent.captured,
                           order->second.price_cents));
    }
  }
  for (const auto& [id, order] : orders) {
    if (order.status == "created") complain(fmt::format("the order {} never ended", id));
    if (order.status != "complete") {
      ++verdict.cancelled_orders;
      continue;
    }
    ++verdict.complete_orders;
    verdict.complete_cents += order.price_cents;
    const auto charge = charge_of.find(id);
    if (charge == charge_of.end()) {
      complain(fmt::format("I4: the order {} is complete and was never paid", id));
    } else {
      verdict.kept_refunded_cents += charge->second.refunded;
    }
  }
  if (verdict.captured_cents - verdict.refunded_cents !=
      verdict.complete_cents - verdict.kept_refunded_cents) {
    complain("I4: the ledgers differ");
  }
  for (const BuyerView& view : rounds.views()) {
    const OrderRow& order = orders.at(view.order_id);
    if (view.price_cents != order.price_cents) {
      complain(fmt::format("I7: the order {} changed its price", view.order_id));
    }
    const auto charge = charge_of.find(view.order_id);
    if (view.given_back_cents &&
        (charge == charge_of.end() || charge->second.refunded != *view.given_back_cents)) {
      complain(fmt::format("the order {} was to be given back {} cents", view.order_id,
                           *view.given_back_cents));
    }
    if (view.paid && order.status != "complete" && order.reason != "refunded") {
      complain(fmt::format("the buyer of {} was answered that it is paid", view.order_id));
    }
  }
  each_row(rounds.database("payments"),
           "SELECT p.id, p.refunded_cents, p.refunding_cents, p.stripe_id FROM payments p WHERE "
           "p.status = 'captured'",
           [&](sqlite3_stmt* row) {
             for (const FakeIntent& intent : intents) {
               if (intent.id != text(row, 3)) continue;
               if (intent.refunded != sqlite3_column_int64(row, 1))
                 complain(fmt::format("{}: refunded {} there, {} here", intent.id, intent.refunded,
                                      sqlite3_column_int64(row, 1)));
             }
           });
  if (rounds.stripe().forgeries_accepted() > 0) complain("a forged webhook was accepted");
  return verdict;
}

}  // namespace ticketing::test
