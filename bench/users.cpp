#include "bench/users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <stdexcept>

#include "bench/load.hpp"
#include "common/base/clock.hpp"
#include "common/base/id.hpp"
#include "common/base/random.hpp"
#include "common/identity/jwt.hpp"

namespace ticketing::bench {
namespace {

// Each stays within the limits of a user and of an address.
constexpr std::size_t tickets_a_seller = 500;
constexpr std::size_t connections_a_seller = 64;
constexpr std::size_t orders_a_buyer = 8;

}  // namespace

Users make_users(std::size_t count, const ProxyPort& proxy) {
  const SystemClock clock;
  SystemRandom random;
  IdGenerator ids(clock, random);
  const identity::SigningKey key(jwt_key);
  Users users(count);
  for (std::size_t i = 0; i < count; ++i) {
    const Timestamp now = clock.now();
    const std::string session = key.sign({.user_id = ids.next(),
                                          .email = "user@example.com",
                                          .session_id = ids.next(),
                                          .token_id = ids.next(),
                                          .not_before = now,
                                          .expires_at = now + std::chrono::minutes{15}});
    users[i] =
        fmt::format("Cookie: session={}\r\nX-Forwarded-For: 10.{}.{}.{}\r\nX-Proxy-Key: {}\r\n",
                    session, i >> 16 & 255, i >> 8 & 255, i & 255, proxy.key);
  }
  return users;
}

Users make_users_who_list(std::size_t tickets, std::size_t connections, const ProxyPort& proxy) {
  return make_users(std::max(tickets / tickets_a_seller, connections / connections_a_seller) + 1,
                    proxy);
}

Users make_users_who_order(std::size_t orders, const ProxyPort& proxy) {
  return make_users(orders / orders_a_buyer + 1, proxy);
}

std::vector<std::string> list_tickets(const ProxyPort& proxy, const Users& sellers,
                                      std::size_t connections, std::size_t count) {
  std::vector<std::string> ids(count);
  run_load(
      proxy.port, connections, count,
      [&](std::size_t number) {
        return request_text("POST", "/api/tickets", sellers[number % sellers.size()],
                            R"({"title":"Front row","price":20})");
      },
      [&](std::size_t number, const HttpAnswer& answer) {
        if (answer.status != 201) throw std::runtime_error("cannot list a ticket: " + answer.body);
        ids[number] = boost::json::parse(answer.body).at("id").as_string().c_str();
      });
  return ids;
}

// A buyer's orders come one after the other, as a person's do.
std::string order_text(const Users& buyers, const std::vector<std::string>& tickets,
                       std::size_t number) {
  return request_text("POST", "/api/orders", buyers[number % buyers.size()],
                      R"({"ticketId":")" + tickets[number] + R"("})");
}

}  // namespace ticketing::bench
