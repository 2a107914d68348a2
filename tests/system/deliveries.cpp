#include "system/deliveries.hpp"

#include <gtest/gtest.h>

namespace ticketing::system {
namespace {

Answer put(Person& person, const Ask& ask) {
  Answer answer;
  wait_until(
      [&] {
        answer = person.http.send(ask);
        return answer.header("retry-after").empty() &&
               text_at(answer, "reason") != "reading_timed_out";
      },
      patient(std::chrono::seconds{60}));
  return answer;
}

}  // namespace

std::string path_of(const std::string& ticket_id) { return "/api/tickets/" + ticket_id; }

std::string order_path(const std::string& order_id) {
  return "/api/orders/" + order_id + "/ticket";
}

Answer put_code(Person& person, const std::string& ticket_id, const std::string& json) {
  return put(person, {.method = "PUT", .target = path_of(ticket_id) + "/code", .body = json});
}

Answer put_file(Person& person, const std::string& ticket_id, const std::string& body,
                const std::string& type) {
  return put(person, {.method = "PUT",
                      .target = path_of(ticket_id) + "/file",
                      .body = body,
                      .headers = {{"Content-Type", type}}});
}

Answer get_with_status(Person& person, const std::string& path, int status) {
  Answer answer;
  wait_until(
      [&] {
        answer = person.http.get(path);
        return answer.status == status;
      },
      patient(std::chrono::seconds{60}));
  return answer;
}

std::string buy(Person& buyer, const std::string& ticket_id) {
  const std::string order = buyer.reserve(ticket_id);
  EXPECT_LT(answered([&] { return buyer.pay(order, "tok_visa", order); }).status, 300);
  EXPECT_EQ(get_with_status(buyer, order_path(order), 200).status, 200);
  return order;
}

Answer resell(Person& buyer, const std::string& order_id) {
  return answered([&] { return buyer.http.post(order_path(order_id) + "/resale", "{}"); });
}

Answer refund(Person& buyer, const std::string& order_id) {
  return answered(
      [&] { return buyer.http.post("/api/orders/" + order_id + "/refund", R"({"relist":true})"); });
}

}  // namespace ticketing::system
