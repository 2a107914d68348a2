#include "system/marketplace.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <chrono>
#include <thread>

#include "common/base/clock.hpp"
#include "system/audit.hpp"

namespace ticketing::system {
namespace {

HeaderList key_header(const std::string& key) {
  if (key.empty()) return {};
  return {{"Idempotency-Key", key}};
}

std::string require(const Answer& answer, int status, std::string_view path, const char* what) {
  if (answer.status != status) {
    throw std::runtime_error(
        fmt::format("{}: {} instead of {}: {}", what, answer.status, status, answer.body));
  }
  return text_at(answer, path);
}

const boost::json::value* child(const boost::json::value& value, std::string_view name) {
  if (const auto* object = value.if_object()) return object->if_contains(name);
  const auto* array = value.if_array();
  std::size_t index = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (array == nullptr || fault != std::errc{} || index >= array->size()) return nullptr;
  return &(*array)[index];
}

// With the advice to ask again: the event of a new thing has not come everywhere.
bool is_early(const Answer& answer) {
  return answer.status == 404 && !answer.header("retry-after").empty();
}

// The answer, once it is none of these, or the last one of 20 s.
Answer ask_while(const std::function<bool(const Answer&)>& may_change,
                 const std::function<Answer()>& ask) {
  Answer answer = ask();
  const auto begun = std::chrono::steady_clock::now();
  while (may_change(answer) && since(begun) < patient(std::chrono::seconds{20})) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    answer = ask();
  }
  return answer;
}

// Each person has an address, so that no person is throttled because of others.
std::string next_address() {
  static std::atomic<unsigned> last{0};
  const unsigned n = ++last;
  return fmt::format("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255);
}

// Ends it with the program, with the checks that every marketplace ends with.
class Shared final : public testing::Environment {
 public:
  void TearDown() override { marketplace.reset(); }
  std::unique_ptr<Marketplace> marketplace{};
};

// GoogleTest owns it.
Shared* const shared = new Shared;
const auto* const registered = testing::AddGlobalTestEnvironment(shared);

}  // namespace

boost::json::value json_of(const Answer& answer) {
  boost::system::error_code fault;
  boost::json::value value = boost::json::parse(answer.body, fault);
  if (fault) throw std::runtime_error("the answer is not JSON: " + answer.body);
  return value;
}

std::string text_at(const boost::json::value& value, std::string_view path) {
  const boost::json::value* at = &value;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = child(*at, path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (at == nullptr || at->is_null()) return {};
  if (const auto* text = at->if_string()) return std::string(text->data(), text->size());
  return boost::json::serialize(*at);
}

std::string readiness_of(const System& system, const std::string& service,
                         const std::string& check) {
  HttpClient client([&](std::string_view) { return port_of_service(system, service); });
  return text_at(client.get("/readyz"), "checks." + check);
}

Answer answered(const std::function<Answer()>& ask) {
  return ask_while([](const Answer& answer) { return answer.status == 503 || is_early(answer); },
                   ask);
}

Person::Person(const System& system, const std::string& address)
    : http([&system](std::string_view path) { return system.port_of(path); }) {
  http.add_header("X-Forwarded-For", address.empty() ? next_address() : address);
}

void Person::sign_up(const std::string& new_email, const std::string& password) {
  email = new_email;
  const std::string body = fmt::format(R"({{"email":"{}","password":"{}"}})", new_email, password);
  const Answer answer = answered([&] { return http.post("/api/users/signup", body); });
  id = require(answer, 201, "id", "sign up");
}

std::string Person::list_ticket(const std::string& title, const std::string& price) {
  const std::string body = fmt::format(R"({{"title":"{}","price":{}}})", title, price);
  const Answer answer = answered([&] { return http.post("/api/tickets", body); });
  return require(answer, 201, "id", "list a ticket");
}

std::string Person::make_show(const std::string& name) {
  const std::string body = fmt::format(
      R"({{"name":"{}","category":"concert","startsAt":"{}","venue":{{"name":"Filharmonia",)"
      R"("city":"Gdynia","country":"PL","timeZone":"Europe/Warsaw"}}}})",
      name, to_iso8601(SystemClock{}.now() + std::chrono::days{30}));
  const Answer answer = answered([&] { return http.post("/api/shows", body); });
  return require(answer, 201, "id", "make a show");
}

std::string Person::reserve(const std::string& ticket_id) {
  return require(answered([&] { return order(ticket_id); }), 201, "id", "order");
}

std::string Person::status_of_order(const std::string& order_id) {
  const Answer answer = answered([&] { return http.get("/api/orders/" + order_id); });
  return require(answer, 200, "status", "show an order");
}

std::string Person::status_of_ticket(const std::string& ticket_id) {
  const Answer answer = answered([&] { return http.get("/api/tickets/" + ticket_id); });
  return require(answer, 200, "status", "show a ticket");
}

void Person::buy(const std::string& order_id) {
  const Answer paid = answered([&] { return pay(order_id, "tok_visa", order_id); });
  const auto is_complete = [&] { return status_of_order(order_id) == "complete"; };
  if (paid.status >= 300 || !wait_until(is_complete, patient(std::chrono::seconds{20})))
    throw std::runtime_error(fmt::format("pay: {} {}", paid.status, paid.body));
}

Answer Person::order_now(const std::string& ticket_id, const std::string& key) {
  return http.post("/api/orders", fmt::format(R"({{"ticketId":"{}"}})", ticket_id),
                   key_header(key));
}

Answer Person::pay_now(const std::string& order_id, const std::string& token,
                       const std::string& key) {
  return http.post("/api/payments",
                   fmt::format(R"({{"orderId":"{}","token":"{}"}})", order_id, token),
                   key_header(key));
}

Answer Person::order(const std::string& ticket_id, const std::string& key) {
  return ask_while(is_early, [&] { return order_now(ticket_id, key); });
}

Answer Person::pay(const std::string& order_id, const std::string& token, const std::string& key) {
  return ask_while(is_early, [&] { return pay_now(order_id, token, key); });
}

// The servers behind two of them would be the same.
Marketplace::Marketplace(const Variables& variables)
    : Marketplace((shared->marketplace.reset(), make_system(variables))) {}

Marketplace::Marketplace(std::unique_ptr<System> system) : system_(std::move(system)) {
  system_->start();
}

Marketplace::~Marketplace() {
  if (system_->is_running()) EXPECT_EQ(system_->stop(), 0) << system_->log();
  const std::string log = system_->log();
  for (const char* report : {"Sanitizer", "runtime error:", "assertion failed"}) {
    EXPECT_EQ(log.find(report), std::string::npos) << log;
  }
}

std::unique_ptr<Person> Marketplace::person() {
  auto person = visitor();
  person->sign_up(fmt::format("person-{}@example.com", ++people_));
  return person;
}

void Marketplace::restart() {
  system_->kill();
  system_->start();
}

Marketplace& shared_marketplace() {
  auto& marketplace = shared->marketplace;
  if (!marketplace || !marketplace->system().is_running()) {
    marketplace = std::make_unique<Marketplace>();
  }
  EXPECT_EQ(wait_for_rest(marketplace->system(), patient(std::chrono::seconds{30})), "");
  return *marketplace;
}

}  // namespace ticketing::system
