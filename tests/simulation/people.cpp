#include "simulation/people.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>

namespace ticketing::simulation {
namespace {

constexpr int sellers = 3, buyers = 6;
constexpr std::size_t recent_tickets = 8, recent_orders = 6;
constexpr std::uint64_t codes = 50;  // so that two tickets are given the same

std::string id_in(const std::string& body) {
  boost::system::error_code failed;
  const auto value = boost::json::parse(body, failed);
  if (failed || !value.is_object() || !value.as_object().contains("id")) return "";
  return value.at("id").as_string().c_str();
}

}  // namespace

std::string_view name_of(Deed deed) {
  switch (deed) {
    case Deed::list: return "lists";
    case Deed::edit: return "edits";
    case Deed::withdraw: return "withdraws";
    case Deed::give_code: return "gives the code of";
    case Deed::order: return "orders";
    case Deed::pay: return "pays";
    case Deed::cancel: return "cancels";
    case Deed::reveal: return "is shown the ticket of";
    case Deed::refund: return "wants back the money of";
  }
  return "";
}

std::string People::any(const char* role, int of) {
  return fmt::format("{}-{}", role, random_.below(static_cast<std::uint64_t>(of)));
}

// Half of the time the latest, so that requests about one thing meet.
template <class T>
const T& People::recent(const std::vector<T>& all, std::size_t window) {
  if (random_.below(2) == 0) return all.back();
  return all[all.size() - 1 - random_.below(std::min(all.size(), window))];
}

std::optional<std::size_t> People::next() {
  if (random_.below(8) == 0) {
    if (const auto again = send_again()) return again;
  }
  auto call = choose();
  if (!call) return std::nullopt;
  call->key = fmt::format("key-{}", calls_.size());
  calls_.push_back(*std::move(call));
  return calls_.size() - 1;
}

// A person who was told nothing asks again, with the same key.
std::optional<std::size_t> People::send_again() {
  for (std::size_t i = calls_.size(); i-- > 0;) {
    if (calls_[i].state != Call::State::unknown || random_.below(2) == 0) continue;
    calls_[i].state = Call::State::sent;
    return i;
  }
  return std::nullopt;
}

std::optional<Call> People::choose() {
  const auto what = random_.below(20);
  if (tickets_.size() < 3 || what < 2) {
    return Call{.deed = Deed::list,
                .person = any("seller", sellers),
                .method = "POST",
                .path = "/api/tickets",
                .body = fmt::format(R"({{"title":"Row {}","price":{}}})", calls_.size(),
                                    5 + random_.below(40))};
  }
  if (what < 3) return about_ticket(Deed::edit);
  if (what < 4) return about_ticket(random_.below(3) == 0 ? Deed::withdraw : Deed::give_code);
  if (what < 6) return about_ticket(Deed::give_code);
  if (what < 10 || orders_.empty()) return about_ticket(Deed::order);
  if (what < 15) return about_order(Deed::pay);
  if (what < 16) return about_order(Deed::cancel);
  return about_order(what < 18 ? Deed::reveal : Deed::refund);
}

Call People::about_ticket(Deed deed) {
  const Listed& ticket = recent(tickets_, recent_tickets);
  Call call{.deed = deed,
            .person = ticket.seller,
            .subject = ticket.id,
            .method = "PUT",
            .path = "/api/tickets/" + ticket.id};
  if (deed == Deed::edit) {
    call.body = fmt::format(R"({{"title":"Edited row {}","price":{}}})", calls_.size(),
                            5 + random_.below(40));
  } else if (deed == Deed::give_code) {
    call.path += "/code";
    call.body = fmt::format(R"({{"format":"qr","text":"code {}"}})", random_.below(codes));
  } else if (deed == Deed::withdraw) {
    call.method = "DELETE";
  } else {
    call.person = any("buyer", buyers);
    call.method = "POST";
    call.path = "/api/orders";
    call.body = fmt::format(R"({{"ticketId":"{}"}})", ticket.id);
  }
  return call;
}

Call People::about_order(Deed deed) {
  const Ordered& order = recent(orders_, recent_orders);
  Call call{.deed = deed,
            .person = order.buyer,
            .subject = order.id,
            .method = "POST",
            .path = "/api/orders/" + order.id};
  if (deed == Deed::pay) {
    const bool is_good = random_.below(6) != 0;
    call.path = "/api/payments";
    call.body = fmt::format(R"({{"token":"{}","orderId":"{}"}})",
                            is_good ? "tok_visa" : "tok_chargeDeclined", order.id);
  } else if (deed == Deed::cancel) {
    call.method = "DELETE";
  } else if (deed == Deed::reveal) {
    call.path += "/ticket/reveal";
  } else {
    call.path += "/refund";
    call.body = R"({"relist":true})";
  }
  return call;
}

void People::answered(std::size_t index, const http::Response& answer) {
  Call& call = calls_.at(index);
  if (answer.status >= 500) {
    call.state = Call::State::unknown;
    return;
  }
  if (answer.status >= 400) {
    call.state = Call::State::refused;
    return;
  }
  call.state = Call::State::acknowledged;
  call.made = id_in(answer.body);
  if (call.deed == Deed::list) tickets_.push_back({call.person, call.made});
  if (call.deed == Deed::order) orders_.push_back({call.person, call.made});
}

void People::lose_connections() {
  for (Call& call : calls_) {
    if (call.state == Call::State::sent) call.state = Call::State::unknown;
  }
}

int People::count(Deed deed, Call::State state) const {
  return static_cast<int>(std::ranges::count_if(
      calls_, [&](const Call& call) { return call.deed == deed && call.state == state; }));
}

std::string People::first_lie(Checks& checks) const {
  const auto is_so = [&](const std::string& sql) { return !checks.values(sql).empty(); };
  for (const Call& call : calls_) {
    if (call.state != Call::State::acknowledged) continue;
    std::string truth;
    if (call.deed == Deed::list) {
      truth = fmt::format("SELECT id FROM tickets.tickets WHERE id = '{}'", call.made);
    } else if (call.deed == Deed::order) {
      truth = fmt::format("SELECT id FROM orders.orders WHERE id = '{}' AND user_id = '{}'",
                          call.made, call.person);
    } else if (call.deed == Deed::cancel) {
      truth = fmt::format("SELECT id FROM orders.orders WHERE id = '{}' AND status = 'cancelled'",
                          call.subject);
    } else if (call.deed == Deed::reveal) {
      truth = fmt::format(
          "SELECT id FROM delivery.assignments WHERE id = '{}' "
          "AND state = 'revealed'",
          call.subject);
    }
    if (!truth.empty() && !is_so(truth)) {
      return fmt::format("I3: {} was told that it {} {}, and that is lost", call.person,
                         name_of(call.deed), call.subject + call.made);
    }
  }
  return "";
}

}  // namespace ticketing::simulation
