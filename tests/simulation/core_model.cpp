#include "simulation/core_model.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "delivery/assignments/assignment.hpp"
#include "orders/order.hpp"
#include "payments/attempts/payment.hpp"
#include "payments/refunds/refund.hpp"
#include "tickets/ticket.hpp"

namespace ticketing::simulation {
namespace {

using delivery::assignments::AssignmentState;
using orders::OrderStatus;
using payments::IntentStatus;
using payments::attempts::PaymentStatus;
using payments::attempts::Step;
using payments::refunds::RefundStatus;
using tickets::TicketStatus;

constexpr Timestamp made_at = from_millis(1'800'000'000'000);
constexpr std::chrono::seconds hold{900};
constexpr std::int64_t half_cents = 1'000;
constexpr Money price{.cents = 2 * half_cents};
constexpr int attempts_max = 2;  // to pay
const std::string the_payment = "payment", the_refund = "refund", the_upload = "upload";

// One order and all that belongs to it.
struct Sale {
  int version = -1;  // of the order; -1: there is none yet
  OrderStatus status = OrderStatus::created;
  std::optional<orders::CancelReason> reason = {};
  bool was_complete = false;
  bool is_late = false;                             // its time is over
  int seen_by_payments = -1, seen_by_tickets = -1;  // versions
  int attempts = 0;                                 // to pay; the others were declined
  std::optional<PaymentStatus> payment = {};        // the latest
  bool was_authorized = false;                      // payment.created was published
  std::optional<IntentStatus> intent = {};          // at the gateway
  int refunding = 0, back = 0;  // halves of the price: promised, and back at the gateway
  std::optional<RefundStatus> refund = {};  // the latest
  int halves = 0;                           // of the price that it is of
  bool is_carried_out = false;              // at the gateway
  bool relist = false;
  std::optional<AssignmentState> assignment = {};
  bool was_delivery_asked = false, is_answer_resale = false;  // for the latest refund
  bool is_reveal_known = false;                               // in payments

  bool is_live() const { return version >= 0 && status != OrderStatus::cancelled; }
  bool was_captured() const { return payment == PaymentStatus::captured; }
};

struct World {
  std::array<Sale, 2> sales;
  TicketStatus ticket = TicketStatus::available;
  int holder = -1;  // the sale that has the ticket

  const Sale& other_than(const Sale& sale) const { return sales[&sale == sales.data() ? 1 : 0]; }
  int index_of(const Sale& sale) const { return &sale == sales.data() ? 0 : 1; }
};

std::string key_of(const World& world) {
  std::string key;
  const auto add = [&](auto value) {
    key.push_back(static_cast<char>('0' + static_cast<int>(value)));
  };
  const auto add_optional = [&](const auto& value) { value ? add(*value) : key.push_back('-'); };
  for (const Sale& sale : world.sales) {
    add(sale.version), add(sale.status), add_optional(sale.reason), add(sale.was_complete);
    add(sale.is_late), add(sale.seen_by_payments), add(sale.seen_by_tickets);
    add(sale.attempts), add_optional(sale.payment), add(sale.was_authorized);
    add_optional(sale.intent), add(sale.refunding), add(sale.back), add_optional(sale.refund);
    add(sale.halves), add(sale.is_carried_out), add(sale.relist), add_optional(sale.assignment);
    add(sale.was_delivery_asked), add(sale.is_answer_resale), add(sale.is_reveal_known);
  }
  add(world.ticket), add(world.holder);
  return key;
}

// The records that the rules of the services take.
orders::Order order_of(const Sale& sale) {
  orders::Order order;
  order.version = sale.version;
  order.status = sale.status;
  order.reason = sale.reason;
  if (sale.was_complete) order.payment_id = the_payment;
  order.expires_at = made_at + hold;
  return order;
}
// What an event of this version of the order says.
OrderStatus status_at(const Sale& sale, int version) {
  if (version == 0) return OrderStatus::created;
  return version == 1 && sale.was_complete ? OrderStatus::complete : OrderStatus::cancelled;
}
payments::attempts::OrderCopy copy_of(const Sale& sale) {
  const auto status = status_at(sale, sale.seen_by_payments);
  return {.version = sale.seen_by_payments,
          .status = static_cast<payments::attempts::OrderStatus>(status),
          .user_id = "buyer",
          .price = price,
          .expires_at = made_at + hold};
}
payments::attempts::Payment payment_of(const Sale& sale) {
  payments::attempts::Payment payment{.user_id = "buyer", .amount = price};
  payment.status = sale.payment.value();
  if (sale.was_captured()) payment.captured_at = made_at;
  payment.refunding = Money{.cents = sale.refunding * half_cents};
  return payment;
}
delivery::assignments::Assignment assignment_of(const Sale& sale) {
  return {.user_id = "buyer", .state = sale.assignment.value_or(AssignmentState::assigned)};
}
Timestamp now_of(const Sale& sale) { return sale.is_late ? made_at + hold : made_at; }
Step next_step(const Sale& sale) {
  if (!sale.payment) return Step::none;
  return payments::attempts::next_step(payment_of(sale), copy_of(sale).status);
}

bool store(Sale& sale, const std::optional<orders::Order>& after) {
  if (!after) return false;
  sale.version = static_cast<int>(after->version);
  sale.status = after->status;
  sale.reason = after->reason;
  sale.was_complete = sale.was_complete || after->status == OrderStatus::complete;
  return true;
}
// Sets `what` to `to` where that is news.
template <class T, class U>
bool set(T& what, U to) {
  if (what == to) return false;
  what = to;
  return true;
}

struct Move {
  std::string name;
  bool is_of_people;  // who may as well do nothing
  // Whether it is possible and changes something.
  std::function<bool(World&, Sale&, const CoreRules&)> make;
};

bool place_order(World& world, Sale& sale, const CoreRules& rules) {
  const bool is_first = &sale == world.sales.data();
  if (sale.version >= 0 || (!is_first && world.sales[0].version < 0)) return false;
  if (rules.one_live_order && world.other_than(sale).is_live()) return false;
  sale.version = 0;
  return true;
}
bool cancel_order(Sale& sale) {
  if (sale.version < 0) return false;
  const auto after = orders::cancel(order_of(sale));
  return after && store(sale, *after);
}
bool pay(Sale& sale) {
  const bool is_live = sale.payment && sale.payment != PaymentStatus::declined;
  if (sale.seen_by_payments < 0 || is_live || sale.attempts == attempts_max) return false;
  if (!payments::attempts::check_payable(copy_of(sale), "buyer", now_of(sale))) return false;
  sale.payment = PaymentStatus::authorizing;
  sale.intent.reset();
  ++sale.attempts;
  return true;
}
bool is_over(const Sale& sale) {
  return !sale.refund || sale.refund == RefundStatus::failed ||
         sale.refund == RefundStatus::succeeded;
}
// Of half of the price, or of what is left.
bool ask_for_money(Sale& sale, bool is_half, bool relist) {
  if (!sale.payment || !is_over(sale)) return false;
  payments::refunds::RefundTerms terms{.user_id = "buyer", .relist = relist};
  if (is_half) terms.amount = Money{.cents = half_cents};
  const auto amount = payments::refunds::check_refund(
      payment_of(sale), copy_of(sale), terms, made_at, hold, {.is_revealed = sale.is_reveal_known});
  if (!amount) return false;
  sale.refund = RefundStatus::asked;
  sale.relist = relist;
  sale.halves = static_cast<int>(amount->cents / half_cents);
  sale.refunding += sale.halves;
  sale.is_carried_out = sale.was_delivery_asked = sale.is_answer_resale = false;
  return true;
}
bool refuse_refund(Sale& sale) {
  sale.refunding -= sale.halves;
  return set(sale.refund, RefundStatus::failed);
}
bool resell(World& world, Sale& sale) {
  const bool is_held = world.ticket == TicketStatus::sold && world.holder == world.index_of(sale);
  if (sale.assignment != AssignmentState::assigned || !is_held) return false;
  const delivery::assignments::OrderedTicket ordered{.assignment = assignment_of(sale),
                                                     .upload = delivery::Upload{}};
  if (!delivery::assignments::check_resale(ordered, "buyer")) return false;
  sale.assignment = delivery::assignments::resell(ordered.assignment, "resale").state;
  return true;
}
bool end_resale(Sale& sale) {
  return sale.assignment == AssignmentState::reselling &&
         set(sale.assignment, AssignmentState::assigned);
}
bool reveal(World& world, Sale& sale) {
  if (sale.assignment != AssignmentState::assigned) return false;
  const bool is_shown = world.other_than(sale).assignment == AssignmentState::revealed;
  const delivery::assignments::OrderedTicket ordered{.assignment = assignment_of(sale),
                                                     .upload = delivery::Upload{},
                                                     .shown_to_others = is_shown ? 1 : 0};
  if (!delivery::assignments::check_reveal(ordered, "buyer")) return false;
  sale.assignment = delivery::assignments::reveal(ordered.assignment, the_upload, made_at).state;
  return true;
}

// The gateway's side, and what payments learns of it, which may be much later.
bool authorize(Sale& sale, IntentStatus answer) {
  if (next_step(sale) != Step::authorize || sale.intent) return false;
  sale.intent = answer;
  return true;
}
bool learn_authorization(Sale& sale) {
  if (sale.payment != PaymentStatus::authorizing || !sale.intent) return false;
  using payments::attempts::Finding;
  const auto finding =
      payments::attempts::compare(payment_of(sale), payments::Intent{.status = *sale.intent});
  if (finding == Finding::authorized) {
    sale.was_authorized = true;
    return set(sale.payment, PaymentStatus::authorized);
  }
  return finding == Finding::declined && set(sale.payment, PaymentStatus::declined);
}
bool take_money(Sale& sale, IntentStatus answer, const CoreRules& rules) {
  const bool is_due = rules.capture_after_order ? next_step(sale) == Step::capture
                                                : sale.payment == PaymentStatus::authorized;
  return is_due && sale.intent == IntentStatus::held && set(sale.intent, answer);
}
bool learn_capture(Sale& sale) {
  if (sale.payment != PaymentStatus::authorized) return false;
  if (sale.intent == IntentStatus::taken) return set(sale.payment, PaymentStatus::captured);
  return sale.intent == IntentStatus::declined && set(sale.payment, PaymentStatus::failed);
}
bool release_money(Sale& sale, const CoreRules& rules) {
  return rules.release_after_cancel && next_step(sale) == Step::release &&
         sale.intent == IntentStatus::held && set(sale.intent, IntentStatus::released);
}
bool learn_release(Sale& sale) {
  return sale.payment == PaymentStatus::authorized && sale.intent == IntentStatus::released &&
         set(sale.payment, PaymentStatus::voided);
}
bool give_money_back(Sale& sale, const CoreRules& rules) {
  const bool is_due = sale.refund == RefundStatus::pending ||
                      (!rules.delivery_is_asked && sale.refund == RefundStatus::asked);
  if (!is_due || sale.intent != IntentStatus::taken || sale.is_carried_out) return false;
  sale.back += sale.halves;
  return set(sale.is_carried_out, true);
}

// Events that a service gets.
bool tickets_follows(World& world, Sale& sale) {
  if (sale.seen_by_tickets >= sale.version) return false;
  ++sale.seen_by_tickets;
  const auto state_of = [&](const Sale& of) {
    return tickets::OrderState{
        .id = std::to_string(world.index_of(of)),
        .status = static_cast<tickets::OrderStatus>(status_at(of, of.seen_by_tickets))};
  };
  const Sale& other = world.other_than(sale);
  std::optional<tickets::OrderState> newest_other;
  if (other.seen_by_tickets >= 0) newest_other = state_of(other);
  if (newest_other && newest_other->status == tickets::OrderStatus::cancelled) newest_other.reset();
  const auto after = tickets::follow_order({.status = world.ticket}, state_of(sale), newest_other);
  world.ticket = after.status;
  world.holder = after.order_id ? std::stoi(*after.order_id) : -1;
  return true;
}
bool delivery_releases(Sale& sale) {
  if (!sale.refund || sale.was_delivery_asked) return false;
  sale.was_delivery_asked = true;
  sale.is_answer_resale = sale.assignment == AssignmentState::reselling;
  sale.assignment = delivery::assignments::release(assignment_of(sale), the_refund, made_at).state;
  return true;
}
bool payments_learns_reveal(Sale& sale) {
  if (sale.assignment != AssignmentState::revealed) return false;
  const bool ends_refund = sale.refund == RefundStatus::asked;
  if (ends_refund) refuse_refund(sale);
  return set(sale.is_reveal_known, true) || ends_refund;
}
bool payments_learns_resale(Sale& sale) {
  return sale.is_answer_resale && sale.refund == RefundStatus::asked && refuse_refund(sale);
}
bool payments_learns_release(Sale& sale) {
  return sale.was_delivery_asked && sale.assignment == AssignmentState::released &&
         sale.refund == RefundStatus::asked && set(sale.refund, RefundStatus::pending);
}
bool payments_learns_refund(Sale& sale) {
  return sale.is_carried_out && set(sale.refund, RefundStatus::succeeded);
}
bool orders_undoes(Sale& sale) {
  return sale.refund == RefundStatus::succeeded && sale.relist &&
         store(sale, orders::undo_sale(order_of(sale), the_payment));
}

const std::vector<Move>& moves() {
  static const std::vector<Move> all{
      {"the buyer orders", true,
       [](World& w, Sale& s, const CoreRules& r) { return place_order(w, s, r); }},
      {"the buyer cancels", true, [](World&, Sale& s, auto&) { return cancel_order(s); }},
      {"the buyer pays", true, [](World&, Sale& s, auto&) { return pay(s); }},
      {"the buyer is shown the ticket", true,
       [](World& w, Sale& s, auto&) { return reveal(w, s); }},
      {"the buyer wants the money back", true,
       [](World&, Sale& s, auto&) { return ask_for_money(s, false, true); }},
      {"the buyer wants the money back and gives the ticket up", true,
       [](World&, Sale& s, auto&) { return ask_for_money(s, false, false); }},
      {"the buyer wants half of the money back", true,
       [](World&, Sale& s, auto&) { return ask_for_money(s, true, false); }},
      {"the buyer lists the ticket again", true,
       [](World& w, Sale& s, auto&) { return resell(w, s); }},
      {"the buyer withdraws that", true, [](World&, Sale& s, auto&) { return end_resale(s); }},
      {"the time of the order is over", true,
       [](World&, Sale& s, auto&) { return s.version >= 0 && set(s.is_late, true); }},
      {"orders lets it expire", false,
       [](World&, Sale& s, auto&) {
         return s.is_late && store(s, orders::expire(order_of(s), made_at + hold));
       }},
      {"orders hears that the money is held", false,
       [](World&, Sale& s, auto&) {
         return s.was_authorized && store(s, orders::complete(order_of(s), the_payment));
       }},
      {"orders hears that the capture failed", false,
       [](World&, Sale& s, auto&) {
         return s.payment == PaymentStatus::failed &&
                store(s, orders::fail_payment(order_of(s), the_payment));
       }},
      {"orders hears of the refund", false,
       [](World&, Sale& s, auto&) { return orders_undoes(s); }},
      {"payments hears of the order", false,
       [](World&, Sale& s, auto&) {
         return s.seen_by_payments < s.version && ++s.seen_by_payments >= 0;
       }},
      {"tickets hears of the order", false,
       [](World& w, Sale& s, auto&) { return tickets_follows(w, s); }},
      {"the gateway holds the money", false,
       [](World&, Sale& s, auto&) { return authorize(s, IntentStatus::held); }},
      {"the gateway declines", false,
       [](World&, Sale& s, auto&) { return authorize(s, IntentStatus::declined); }},
      {"payments gets that answer", false,
       [](World&, Sale& s, auto&) { return learn_authorization(s); }},
      {"the gateway takes the money", false,
       [](World&, Sale& s, const CoreRules& r) { return take_money(s, IntentStatus::taken, r); }},
      {"the gateway cannot take the money", false,
       [](World&, Sale& s, const CoreRules& r) {
         return take_money(s, IntentStatus::declined, r);
       }},
      {"payments hears of the capture", false,
       [](World&, Sale& s, auto&) { return learn_capture(s); }},
      {"the gateway releases the money", false,
       [](World&, Sale& s, const CoreRules& r) { return release_money(s, r); }},
      {"payments hears of the release", false,
       [](World&, Sale& s, auto&) { return learn_release(s); }},
      {"delivery hears of the capture", false,
       [](World&, Sale& s, auto&) {
         return s.was_captured() && !s.assignment && set(s.assignment, AssignmentState::assigned);
       }},
      {"delivery is asked for the ticket", false,
       [](World&, Sale& s, auto&) { return delivery_releases(s); }},
      {"payments hears that it was shown", false,
       [](World&, Sale& s, auto&) { return payments_learns_reveal(s); }},
      {"payments hears that it was listed again", false,
       [](World&, Sale& s, auto&) { return payments_learns_resale(s); }},
      {"payments hears that it was released", false,
       [](World&, Sale& s, auto&) { return payments_learns_release(s); }},
      {"the gateway gives the money back", false,
       [](World&, Sale& s, const CoreRules& r) { return give_money_back(s, r); }},
      {"payments hears of that", false,
       [](World&, Sale& s, auto&) { return payments_learns_refund(s); }}};
  return all;
}

std::string violation_always(const World& world) {
  const auto& [first, second] = world.sales;
  if (first.is_live() && second.is_live()) return "I1: two live orders";
  int shown = 0;
  for (const Sale& sale : world.sales) {
    const bool is_shown = sale.assignment == AssignmentState::revealed;
    shown += is_shown ? 1 : 0;
    if (is_shown && sale.intent != IntentStatus::taken) return "I23: shown without being paid";
    if (is_shown && sale.back > 0) return "I24: shown and refunded";
    if (sale.assignment == AssignmentState::reselling && sale.back > 0)
      return "I24: listed again and refunded";
    if (sale.back > 2) return "more money went back than was taken";
  }
  return shown > 1 ? "I23: shown to two buyers" : "";
}

std::string violation_at_rest(const World& world, const Sale& sale) {
  const bool is_kept = sale.intent == IntentStatus::taken && sale.back < 2;
  const bool is_complete = sale.version >= 0 && sale.status == OrderStatus::complete;
  if (is_complete && sale.intent != IntentStatus::taken) return "I4: complete and not paid";
  if (is_kept && !is_complete) return "I5: money kept for an order that is not complete";
  if (sale.intent == IntentStatus::held) return "I5: money is still held";
  if (sale.is_late && sale.status == OrderStatus::created) return "I11: unpaid after its time";
  if (sale.payment && next_step(sale) != Step::none) return "a payment does not end";
  if (sale.refund == RefundStatus::asked || sale.refund == RefundStatus::pending)
    return "a refund does not end";
  if (is_kept && !sale.assignment) return "the buyer has no ticket to be shown";
  if (is_kept && world.other_than(sale).assignment == AssignmentState::revealed)
    return "the buyer has a ticket that was shown to another one";
  return "";
}

std::string violation_of_ticket(const World& world) {
  int holder = -1;
  auto wanted = TicketStatus::available;
  for (const Sale& sale : world.sales) {
    if (!sale.is_live()) continue;
    holder = world.index_of(sale);
    wanted = sale.status == OrderStatus::complete ? TicketStatus::sold : TicketStatus::reserved;
  }
  return world.ticket == wanted && world.holder == holder ? ""
                                                          : "I9: the ticket is not as its order";
}

class Search {
 public:
  explicit Search(const CoreRules& rules) : rules_(rules) {}

  CoreStates run(int depth_max) {
    add(World{}, {});
    while (!frontier_.empty() && found_.violation.empty() && found_.depth < depth_max) {
      std::vector<World> worlds;
      worlds.swap(frontier_);
      for (const World& world : worlds) visit(world);
      if (!frontier_.empty()) ++found_.depth;
    }
    found_.states = seen_.size();
    return found_;
  }

 private:
  void visit(const World& world) {
    const std::string key = key_of(world);
    bool is_at_rest = true;
    for (const Move& move : moves()) {
      for (std::size_t i = 0; i < world.sales.size(); ++i) {
        World after = world;
        if (!move.make(after, after.sales[i], rules_)) continue;
        is_at_rest = is_at_rest && move.is_of_people;
        add(after, {.from = key, .move = &move, .sale = i});
      }
    }
    if (is_at_rest) check_rest(world, key);
  }
  // How a state was reached first.
  struct Way {
    std::string from = {};  // the state before; empty: the beginning
    const Move* move = nullptr;
    std::size_t sale = 0;
  };

  void add(const World& world, const Way& way) {
    if (!found_.violation.empty()) return;
    const auto [at, is_new] = seen_.try_emplace(key_of(world), way);
    if (!is_new) return;
    frontier_.push_back(world);
    note(violation_always(world), at->first);
  }
  void check_rest(const World& world, const std::string& key) {
    ++found_.at_rest;
    note(violation_of_ticket(world), key);
    for (const Sale& sale : world.sales) note(violation_at_rest(world, sale), key);
  }
  void note(const std::string& violation, const std::string& key) {
    if (violation.empty() || !found_.violation.empty()) return;
    std::string steps;
    for (const Way* way = &seen_.at(key); way->move != nullptr; way = &seen_.at(way->from))
      steps = fmt::format("\n  {} ({}){}", way->move->name, way->sale, steps);
    found_.violation = violation + steps;
  }

  const CoreRules rules_;
  CoreStates found_;
  std::vector<World> frontier_;
  std::unordered_map<std::string, Way> seen_;
};

}  // namespace

CoreStates explore_core(const CoreRules& rules, int depth_max) {
  return Search(rules).run(depth_max);
}

}  // namespace ticketing::simulation
