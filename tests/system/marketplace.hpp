// The marketplace with test persons: short calls for what tests do.
#pragma once

#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <string>

#include "system/http_client.hpp"
#include "system/system.hpp"

namespace ticketing::system {

boost::json::value json_of(const Answer& answer);
// A field by its path ("ticket.id", "errors.0.field") as text; empty when there is none.
std::string text_at(const boost::json::value& value, std::string_view path);
inline std::string text_at(const Answer& answer, std::string_view path) {
  return text_at(json_of(answer), path);
}

// The value of one check ("bus") at /readyz of one of the service's processes.
std::string readiness_of(const System& system, const std::string& service,
                         const std::string& check);

// What `ask` is answered. A busy service answers 503, or 404 of what is new, and asks to try again,
// which is done for 20 s.
// Give a request a key where the one that was refused may have changed something all the same.
Answer answered(const std::function<Answer()>& ask);

// A person with a browser and an address of their own. One thread only.
class Person {
 public:
  // `address`: where the person is; empty: at one that no other person has.
  explicit Person(const System& system, const std::string& address = "");

  // Each throws std::runtime_error, with the answer, unless it got what it asked for.
  void sign_up(const std::string& new_email, const std::string& password = "123456");
  std::string list_ticket(const std::string& title = "A seat", const std::string& price = "20");
  std::string make_show(const std::string& name);  // a month from now
  std::string reserve(const std::string& ticket_id);
  std::string status_of_order(const std::string& order_id);
  std::string status_of_ticket(const std::string& ticket_id);

  // Pays, and waits until the ticket is this person's.
  void buy(const std::string& order_id);

  // Both ask again as long as the answer says that an event may still be on its way, which takes
  // longer than the service waits where the machine is busy.
  Answer order(const std::string& ticket_id, const std::string& key = "");
  Answer pay(const std::string& order_id, const std::string& token = "tok_visa",
             const std::string& key = "");
  // Both ask once.
  Answer order_now(const std::string& ticket_id, const std::string& key = "");
  Answer pay_now(const std::string& order_id, const std::string& token, const std::string& key);
  Answer cancel(const std::string& order_id) { return http.remove("/api/orders/" + order_id); }
  Answer withdraw(const std::string& ticket_id) { return http.remove("/api/tickets/" + ticket_id); }

  HttpClient http;
  std::string id;
  std::string email;
};

class Marketplace {
 public:
  // Starts it.
  explicit Marketplace(const Variables& variables = {});
  explicit Marketplace(std::unique_ptr<System> system);
  // Stops it. It is a failure of the test when it ends badly or a sanitizer reported something.
  ~Marketplace();
  Marketplace(const Marketplace&) = delete;
  Marketplace& operator=(const Marketplace&) = delete;

  System& system() { return *system_; }
  const System& system() const { return *system_; }
  // A new person, signed up with an unused e-mail address.
  std::unique_ptr<Person> person();
  std::unique_ptr<Person> visitor(const std::string& address = "") {
    return std::make_unique<Person>(*system_, address);
  }
  void restart();

 private:
  std::unique_ptr<System> system_;
  int people_ = 0;
};

// One of the default settings for all tests of a program that need no more than people and tickets
// of their own: in the distributed shape a start takes ten processes and seconds. It is at rest:
// nothing that earlier tests did is under way. It ends when a test starts a marketplace of its own,
// or with the program.
Marketplace& shared_marketplace();

}  // namespace ticketing::system
