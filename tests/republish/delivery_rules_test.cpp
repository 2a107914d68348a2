// Uploads, listings, orders, payments, reveals, refunds, cancellations, resales, withdrawals, and
// commits whose process died, in a random order and at once, while events come late, twice and in
// any order: who gets a ticket's code, and who sells it, is right after each step (M1 to M4 below).
// TICKETING_DELIVERY_ROUNDS says how many tickets live through this, TICKETING_SEED replays one
// run; TICKETING_TEST_SCALE makes it shorter.
#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "common/base/random.hpp"
#include "fixtures/number_from.hpp"
#include "republish/shop.hpp"

namespace ticketing::republish {
namespace {

using fixtures::TestDatabase;
using testing::Contains;
using testing::IsEmpty;
using testing::StartsWith;

const db::Sql buyer_of_order{"test_buyer_of_order",
                             "SELECT user_id || ' ' || status AS line FROM orders WHERE id = $1"};
const db::Sql captured_payments{
    "test_captured_payments",
    "SELECT order_id AS line FROM payments WHERE order_id = $1 AND status = 'captured'"};
const db::Sql orders_with_money_back{
    "test_orders_with_money_back",
    "SELECT DISTINCT order_id AS line FROM refunds WHERE status IN ('pending', 'succeeded')"};
const db::Sql states_of_tickets{
    "test_states_of_tickets",
    "SELECT id || ' ' || status || ' ' || coalesce(order_id, '') AS line FROM tickets"};
const db::Sql states_of_assignments{"test_states_of_assignments",
                                    "SELECT id || ' ' || state AS line FROM assignments"};
const db::Sql to_be_shown{
    "test_to_be_shown",
    "SELECT a.id || ' ' || a.user_id || ' ' || a.ticket_id AS line FROM assignments a "
    "JOIN tickets t ON t.id = a.ticket_id JOIN uploads u ON u.id = t.upload_id "
    "WHERE a.state = 'assigned' AND u.barcodes > 0 ORDER BY a.id"};
const db::Sql shown_by_delivery{"test_shown_by_delivery",
                                "SELECT id AS line FROM assignments WHERE state = 'revealed'"};
const db::Sql shown_by_payments{"test_shown_by_payments", "SELECT id AS line FROM reveals"};

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words{""};
  for (const char c : line) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

// M1 a code is shown to one buyer at most, after the capture of an order that stands; M2 an order
// is shown or its money goes back; M3 a code is for sale once, and only by who holds it; M4 a code
// leaves only to who is shown it.
class Deliveries {
 public:
  explicit Deliveries(std::uint64_t seed)
      : random_(seed),
        bus_random_(seed + 1),
        shop_(Shop::Recording::on, {.faults = disorder(bus_random_, Milliseconds{200})},
              without_limits()) {}

  // A ticket, its people and its codes, from the listing to the last buyer.
  void live(int steps) {
    ++round_;
    tickets_.clear();
    orders_.clear();
    codes_ = {fmt::format("CODE-{}-A", round_), fmt::format("CODE-{}-B", round_)};
    // A process of the round before may die only now.
    while (tickets_.empty()) list(0);
    upload(0, tickets_.front(), codes_.front());
    for (int i = 0; i < steps && broken_.empty(); ++i) {
      step();
      check();
    }
  }
  // Everything has come, expired and been swept: who holds a ticket is shown its code.
  void rest() {
    shop_.platform().pass(std::chrono::minutes{20});
    check();
    for (const std::string& line : shop_.lines("delivery", to_be_shown)) {
      const auto words = words_of(line);
      const auto answer = send(words[1], "POST", reveal_path(words[0]));
      if (!answer.body.contains(code_of_[words[2]])) broken("at rest", line + answer.body);
    }
    shop_.settle();
    check();
    if (sorted(shown_by_delivery, "delivery") != sorted(shown_by_payments, "payments"))
      broken("at rest", "payments knows of other reveals");
    for (const bus::Event& event : shop_.platform().events())
      if (event.payload.contains("CODE-")) broken("M4", event.subject + event.payload);
  }

  const std::vector<std::string>& broken() const { return broken_; }
  std::string counts() const {
    return fmt::format("{} ordered, {} paid, {} shown, {} refunds, {} resales, {} refused",
                       counts_.at("ordered"), counts_.at("paid"), shown_.size(),
                       counts_.at("refunds"), counts_.at("resales"), counts_.at("refused"));
  }

  // What the steps are made of; `who` is one of the people of this round.
  std::string person(std::uint64_t who) const { return fmt::format("person-{}-{}", round_, who); }
  std::string list(std::uint64_t who) {
    const auto answer =
        send(person(who), "POST", "/api/tickets", R"({"title":"Row 7","price":20})");
    if (answer.status != 201) return "";
    return add_ticket(id_of(answer), who);
  }
  void upload(std::uint64_t who, const std::string& ticket, const std::string& code) {
    const std::string formats[]{"qr", "aztec", "code128"};
    const auto answer =
        send_until_known(person(who), "PUT", "/api/tickets/" + ticket + "/code",
                         fmt::format(R"({{"format":"{}","text":"{}"}})", formats[below(3)], code));
    if (answer.status == 200) code_of_[ticket] = code;
  }
  std::string order(std::uint64_t who, const std::string& ticket) {
    const auto answer =
        send(person(who), "POST", "/api/orders", fmt::format(R"({{"ticketId":"{}"}})", ticket));
    if (answer.status != 201) return "";
    ++counts_["ordered"];
    orders_.push_back({.id = id_of(answer), .ticket = ticket, .buyer = who});
    return orders_.back().id;
  }
  void pay(std::uint64_t who, const std::string& order) {
    const auto answer = send(person(who), "POST", "/api/payments",
                             fmt::format(R"({{"token":"tok_visa","orderId":"{}"}})", order));
    if (answer.status == 201) ++counts_["paid"];
  }
  void sell(const std::string& ticket, std::uint64_t buyer) {
    pay(buyer, order(buyer, ticket));
    shop_.settle();
  }
  http::Response reveal(std::uint64_t who, const std::string& order) {
    return send(person(who), "POST", reveal_path(order));
  }
  void refund(std::uint64_t who, const std::string& order, const std::string& terms) {
    send(person(who), "POST", "/api/orders/" + order + "/refund", terms);
  }
  void check() {
    check_refunds();
    check_listings();
  }
  Shop& shop() { return shop_; }
  const std::string& first_ticket() const { return tickets_.front().id; }
  const std::string& first_code() const { return codes_.front(); }
  const std::string& last_order() const { return orders_.back().id; }

 private:
  struct ListedTicket {
    std::string id;
    std::uint64_t seller = 0;
    operator const std::string&() const { return id; }  // NOLINT(*-explicit-constructor)
  };
  struct MadeOrder {
    std::string id, ticket;
    std::uint64_t buyer = 0;
  };
  struct Asked {
    std::string user, method, path, body;
    std::optional<http::Response> answer;
  };
  static constexpr std::uint64_t people = 4;

  static std::string reveal_path(const std::string& order) {
    return "/api/orders/" + order + "/ticket/reveal";
  }
  static std::string id_of(const http::Response& answer) {
    return boost::json::parse(answer.body).at("id").as_string().c_str();
  }
  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  void broken(const std::string& rule, const std::string& what) {
    broken_.push_back(fmt::format("{} in round {}: {}", rule, round_, what));
  }
  Shop::Lines sorted(const db::Sql& sql, const std::string& service) {
    auto lines = shop_.lines(service, sql);
    std::ranges::sort(lines);
    return lines;
  }
  std::string add_ticket(std::string id, std::uint64_t seller) {
    tickets_.push_back({.id = std::move(id), .seller = seller});
    return tickets_.back().id;
  }

  void step() {
    const MadeOrder any = orders_.empty() ? MadeOrder{} : orders_[below(orders_.size())];
    const MadeOrder last = orders_.empty() || one_in(3) ? any : orders_.back();
    const std::uint64_t buyer = one_in(12) ? below(people) : last.buyer;
    const ListedTicket ticket = tickets_[below(tickets_.size())];
    if (orders_.empty()) return static_cast<void>(order(below(people), tickets_.back()));
    switch (below(16)) {
      case 0: return static_cast<void>(list(below(people)));
      case 1: return upload(one_in(4) ? below(people) : ticket.seller, ticket, codes_[below(2)]);
      case 2:
      case 3: return sell_on();
      case 4: return static_cast<void>(order(below(people), tickets_.back()));
      case 5:
      case 6:
      case 7: return pay(buyer, last.id);
      case 8: return static_cast<void>(reveal(buyer, last.id));
      case 9: return refund(buyer, last.id, any_terms());
      case 10: return resell(buyer, last);
      case 11: return race(last);
      case 12:
        if (one_in(2))
          return static_cast<void>(send(person(buyer), "DELETE", "/api/orders/" + last.id));
        return static_cast<void>(
            send(person(ticket.seller), "DELETE", "/api/tickets/" + ticket.id));
      case 13: return kill();
      default: return wait();
    }
  }
  // An order that is paid at once: most steps need one.
  void sell_on() {
    const std::uint64_t buyer = below(people);
    const std::string made = order(buyer, tickets_.back());
    if (!made.empty()) pay(buyer, made);
  }
  std::string any_terms() {
    const std::string terms[]{R"({"relist":true})", R"({"relist":true})", "{}", R"({"amount":5})"};
    return terms[below(4)];
  }
  void resell(std::uint64_t who, const MadeOrder& order) {
    resold(who, order,
           send_until_known(person(who), "POST", "/api/orders/" + order.id + "/ticket/resale", ""));
  }
  void resold(std::uint64_t who, const MadeOrder& order, const http::Response& answer) {
    if (answer.status != 200) return;
    const std::string id = boost::json::parse(answer.body).at("resaleTicketId").as_string().c_str();
    if (std::ranges::find(tickets_, id, &ListedTicket::id) != tickets_.end()) return;
    ++counts_["resales"];
    const auto code = code_of_.find(order.ticket);
    if (code != code_of_.end()) code_of_[id] = std::string(code->second);
    add_ticket(id, who);
  }
  // A reveal, a refund and a resale of one order at the same moment.
  void race(const MadeOrder& order) {
    const std::string path = "/api/orders/" + order.id, user = person(order.buyer);
    std::vector<Asked> all{{user, "POST", path + "/ticket/reveal", "", {}},
                           {user, "POST", path + "/refund", any_terms(), {}},
                           {user, "POST", path + "/ticket/resale", "", {}}};
    for (std::size_t at = all.size() - 1; at > 0; --at) std::swap(all[at], all[below(at + 1)]);
    for (Asked& asked : all) {
      asio::co_spawn(shop_.platform().get().executor, ask(asked), [](std::exception_ptr) {});
      shop_.platform().pass(Milliseconds{below(3)});
    }
    shop_.platform().run_until([&] {
      return std::ranges::all_of(all, [](const Asked& a) { return a.answer.has_value(); });
    });
    for (const Asked& asked : all) {
      note(asked.user, asked.path, *asked.answer);
      if (!asked.path.ends_with("/resale")) continue;
      if (asked.answer->status >= 500) resell(order.buyer, order);
      resold(order.buyer, order, *asked.answer);
    }
  }
  Task<> ask(Asked& asked) {
    asked.answer = co_await answer_of(asked.user, asked.method, asked.path, asked.body);
  }
  // What the HTTP server makes of a process that died.
  Task<http::Response> answer_of(std::string user, std::string method, std::string path,
                                 std::string body) {
    try {
      co_return co_await shop_.ask(user, method, path, body);
    } catch (const std::exception& failure) {
      co_return http::Response{.status = 503, .body = failure.what()};
    }
  }
  // A process dies before or after one of its next commits.
  void kill() {
    const auto& databases = shop_.databases();
    const auto any =
        std::next(databases.begin(), static_cast<std::ptrdiff_t>(below(databases.size())));
    any->second->fail_next_commit(one_in(2) ? TestDatabase::Failure::unavailable
                                            : TestDatabase::Failure::answer_lost);
  }
  void wait() {
    // Long enough for an order to expire.
    if (one_in(40)) return shop_.platform().pass(std::chrono::minutes{16});
    shop_.platform().pass(Milliseconds{below(one_in(3) ? 5'000 : 300)});
  }

  http::Response send(const std::string& user, const std::string& method, const std::string& path,
                      const std::string& body = "") {
    auto answer = shop_.platform().run(answer_of(user, method, path, body));
    note(user, path, answer);
    return answer;
  }
  // As a client does that got no answer.
  http::Response send_until_known(const std::string& user, const std::string& method,
                                  const std::string& path, const std::string& body) {
    for (;;) {
      auto answer = send(user, method, path, body);
      if (answer.status < 500) return answer;
      shop_.platform().pass(Milliseconds{500});
    }
  }
  void note(const std::string& user, const std::string& path, const http::Response& answer) {
    if (answer.status >= 300) ++counts_["refused"];
    if (answer.status < 300 && path.ends_with("/refund")) ++counts_["refunds"];
    if (!answer.body.contains("CODE-")) return;
    const bool is_reveal = path.ends_with("/ticket/reveal") && answer.status == 200;
    if (!is_reveal) return broken("M4", user + " " + path + answer.body);
    note_reveal(user, path.substr(12, 36), answer.body);
  }
  void note_reveal(const std::string& user, const std::string& order, const std::string& body) {
    if (shop_.read("orders", buyer_of_order(order)).rows.at(0).text("line") != user + " complete")
      broken("M4", user + " was shown the ticket of order " + order);
    if (shop_.read("payments", captured_payments(order)).empty())
      broken("M1", "before its capture: order " + order);
    shown_.insert(order);
    const std::string code =
        body.substr(body.find("CODE-"), body.find_last_of('"') - body.find("CODE-"));
    auto& buyers = buyers_of_[code];
    buyers.insert(user);
    if (buyers.size() > 1) broken("M1", code + " was shown to two buyers");
  }

  void check_refunds() {
    for (const std::string& order : shop_.lines("payments", orders_with_money_back))
      if (shown_.contains(order)) broken("M2", "money goes back for order " + order);
  }
  // For sale, or in the hands of a buyer, a code is once.
  void check_listings() {
    std::map<std::string, std::string> states;
    for (const std::string& line : shop_.lines("delivery", states_of_assignments)) {
      const auto words = words_of(line);
      states[words[0]] = words[1];
    }
    std::map<std::string, int> times;
    for (const std::string& line : shop_.lines("tickets", states_of_tickets)) {
      const auto words = words_of(line);
      const auto code = code_of_.find(words[0]);
      if (code == code_of_.end()) continue;
      const std::string state = states[words[2]];
      const bool is_for_sale = words[1] == "available" || words[1] == "reserved";
      const bool is_held = words[1] == "sold" && state != "released" && state != "reselling";
      if ((is_for_sale || is_held) && ++times[code->second] > 1)
        broken("M3", code->second + " is listed twice");
    }
  }

  SeededRandom random_, bus_random_;
  Shop shop_;
  int round_ = 0;
  std::vector<ListedTicket> tickets_;  // of this round
  std::vector<MadeOrder> orders_;
  std::vector<std::string> codes_;
  std::map<std::string, std::string> code_of_;              // of tickets
  std::set<std::string> shown_;                             // orders
  std::map<std::string, std::set<std::string>> buyers_of_;  // of codes that were shown
  std::map<std::string, int> counts_{
      {"ordered", 0}, {"paid", 0}, {"refunds", 0}, {"resales", 0}, {"refused", 0}};
  std::vector<std::string> broken_;
};

// I23, I24, I25.
TEST(DeliveryRules, HoldInAnyOrderOfWhatSellersBuyersAndDeathsDo) {
  const double scale = fixtures::number_from("TICKETING_TEST_SCALE", 1);
  const auto rounds =
      static_cast<int>(fixtures::number_from("TICKETING_DELIVERY_ROUNDS", 100 * scale));
  const auto seed = static_cast<std::uint64_t>(fixtures::number_from("TICKETING_SEED", 20'261'127));
  constexpr int rounds_of_a_shop = 25, steps_of_a_round = 24;
  for (int first = 0; first < rounds; first += rounds_of_a_shop) {
    const std::uint64_t seed_of_shop = seed + static_cast<std::uint64_t>(first);
    Deliveries deliveries(seed_of_shop);
    for (int i = first; i < std::min(rounds, first + rounds_of_a_shop); ++i)
      deliveries.live(steps_of_a_round);
    deliveries.rest();
    if (first == 0 || !deliveries.broken().empty()) {
      fmt::print("TICKETING_SEED={} ({} rounds of {} steps): {}\n", seed_of_shop, rounds_of_a_shop,
                 steps_of_a_round, deliveries.counts());
    }
    ASSERT_THAT(deliveries.broken(), IsEmpty()) << "TICKETING_SEED=" << seed_of_shop;
  }
}

// Each check sees a fault of its own.
class DeliveryChecks : public testing::Test {
 protected:
  DeliveryChecks() { deliveries_.live(0); }
  // The database of delivery, past its rules.
  void spoil(const std::string& sql) {
    const db::Sql statement{"test_spoil", sql};
    deliveries_.shop().write("delivery", statement());
  }
  void expect_broken(const std::string& rule) {
    deliveries_.check();
    EXPECT_THAT(deliveries_.broken(), Contains(StartsWith(rule)));
  }
  Deliveries deliveries_{1};
};

TEST_F(DeliveryChecks, SeeNothingWhereNothingIsWrong) {
  deliveries_.sell(deliveries_.first_ticket(), 1);
  EXPECT_EQ(deliveries_.reveal(1, deliveries_.last_order()).status, 200);
  deliveries_.rest();
  EXPECT_THAT(deliveries_.broken(), IsEmpty());
}

TEST_F(DeliveryChecks, SeeACodeThatIsShownToTwoBuyers) {
  const std::string ticket = deliveries_.first_ticket();
  deliveries_.sell(ticket, 1);
  deliveries_.reveal(1, deliveries_.last_order());
  const std::string other = deliveries_.list(0);
  deliveries_.sell(other, 2);
  spoil("UPDATE assignments SET upload_id = NULL");
  spoil(
      "UPDATE tickets SET upload_id = (SELECT o.upload_id FROM tickets o WHERE o.upload_id IS "
      "NOT NULL)");
  deliveries_.reveal(2, deliveries_.last_order());
  expect_broken("M1");
}

TEST_F(DeliveryChecks, SeeARevealBesideARefund) {
  deliveries_.sell(deliveries_.first_ticket(), 1);
  deliveries_.refund(1, deliveries_.last_order(), R"({"amount":5})");
  spoil("UPDATE assignments SET state = 'assigned'");
  deliveries_.reveal(1, deliveries_.last_order());
  expect_broken("M2");
}

TEST_F(DeliveryChecks, SeeACodeThatIsListedTwice) {
  spoil("DELETE FROM listed_codes");
  deliveries_.upload(1, deliveries_.list(1), deliveries_.first_code());
  expect_broken("M3");
}

TEST_F(DeliveryChecks, SeeACodeThatAStrangerIsShown) {
  deliveries_.sell(deliveries_.first_ticket(), 1);
  spoil("UPDATE assignments SET user_id = '" + deliveries_.person(3) + "'");
  deliveries_.reveal(3, deliveries_.last_order());
  expect_broken("M4");
}

}  // namespace
}  // namespace ticketing::republish
