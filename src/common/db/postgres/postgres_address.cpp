#include "common/db/postgres/postgres_address.hpp"

#include <libpq-fe.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <sstream>
#include <vector>

namespace ticketing::db {
namespace {

using asio::ip::tcp;

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

PostgresAddresses parse(const std::string& url) {
  PostgresAddresses named;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  for (auto* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string keyword = option->keyword;
    if (keyword == "host") named.host = option->val;
    if (keyword == "hostaddr") named.hostaddr = option->val;
    if (keyword == "port") named.port = option->val;
  }
  PQconninfoFree(options);
  return named;
}

bool is_name(const std::string& host) {
  boost::system::error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  return !host.empty() && host.front() != '/' && host.front() != '@' && not_an_address.failed();
}

struct LookUp {
  bool ended = false;
  tcp::resolver::results_type found;
};

void append(std::string& list, const std::string& part) {
  if (!list.empty()) list += ',';
  list += part;
}

}  // namespace

Task<PostgresAddresses> look_up(const Executor& executor, const std::string& url,
                                std::shared_ptr<Signal> wake, SteadyTime deadline) {
  const PostgresAddresses named = parse(url);
  const std::vector<std::string> hosts = parts_of(named.host);
  const std::vector<std::string> ports = parts_of(named.port);
  for (const std::string& host : hosts) {
    if (!is_name(host) || !named.hostaddr.empty()) co_return PostgresAddresses{};
  }
  PostgresAddresses found;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto state = std::make_shared<LookUp>();
    tcp::resolver resolver(executor);
    resolver.async_resolve(hosts[i], "", [state, wake](const auto&, auto results) {
      state->ended = true;
      state->found = std::move(results);
      wake->notify();
    });
    for (SteadyTime now = SystemClock{}.steady_now(); !state->ended && now < deadline;
         now = SystemClock{}.steady_now()) {
      co_await wake->wait_for(std::chrono::ceil<Milliseconds>(deadline - now));
    }
    const std::string port = ports.empty() ? "5432" : ports[ports.size() == 1 ? 0 : i];
    for (const auto& entry : state->found) {
      append(found.host, hosts[i]);
      append(found.hostaddr, entry.endpoint().address().to_string());
      append(found.port, port);
    }
  }
  if (found.host.empty()) found.host = named.host;
  co_return found;
}

}  // namespace ticketing::db
