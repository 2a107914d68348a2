// What the buyer of a ticket gets, from the first to the last service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fixtures/project.hpp"
#include "system/audit.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const code_of_the_pdf = "7381-4495-0027";

std::string path_of(const std::string& ticket_id) { return "/api/tickets/" + ticket_id; }

// Asks again as long as it is told to, because the event of a new ticket may be late. On a busy
// machine a file may also take longer than the five seconds that its reader has.
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

bool has_file(Person& person, const std::string& ticket_id) {
  return wait_until(
      [&] { return text_at(person.http.get(path_of(ticket_id)), "hasFile") == "true"; },
      patient(std::chrono::seconds{60}));
}

TEST(Delivery, TakesACodeOnceAndSaysSoOnTheTicket) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), other = marketplace.person();
  const std::string ticket = seller->list_ticket();
  const std::string code = R"({"format":"aztec","text":"a code of the system test 7381"})";
  EXPECT_EQ(put_code(*other, ticket, code).status, 401);
  const Answer ready = put_code(*seller, ticket, code);
  ASSERT_EQ(ready.status, 200) << ready.body;
  EXPECT_EQ(ready.body, R"({"state":"ready","pages":0,"barcodes":1})");
  EXPECT_EQ(put_code(*seller, ticket, code).body, ready.body);
  const Answer duplicate = put_code(*other, other->list_ticket(), code);
  EXPECT_EQ(duplicate.status, 409) << duplicate.body;
  EXPECT_EQ(text_at(duplicate, "slug"), "duplicate_ticket");

  EXPECT_TRUE(has_file(*other, ticket)) << other->http.get(path_of(ticket)).body;
  EXPECT_EQ(other->http.get(path_of(ticket) + "/code").status, 405) << "no route gives it back";
  EXPECT_FALSE(other->reserve(ticket).empty());
  EXPECT_TRUE(wait_until(
      [&] {
        const Answer answer = put_code(*seller, ticket, R"({"format":"qr","text":"x"})");
        return text_at(answer, "slug") == "ticket_reserved";
      },
      patient(std::chrono::seconds{60})));
}

TEST(Delivery, ReadsTheCodeOfAPdfAndHasNoRouteThatGivesIt) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), other = marketplace.person();
  const std::string ticket = seller->list_ticket();
  const std::string pdf = fixtures::read_file_of_project("tests/cases/ticket.pdf");
  const Answer ready = put_file(*seller, ticket, pdf, "application/pdf");
  ASSERT_EQ(ready.status, 200) << ready.body;
  EXPECT_EQ(ready.body, R"({"state":"ready","pages":1,"barcodes":1})");
  EXPECT_TRUE(has_file(*other, ticket)) << other->http.get(path_of(ticket)).body;

  // The code was read: typed for another ticket, it is known.
  const std::string typed = std::string(R"({"format":"qr","text":")") + code_of_the_pdf + "\"}";
  const Answer duplicate = put_code(*other, other->list_ticket(), typed);
  EXPECT_EQ(duplicate.status, 409) << duplicate.body;
  EXPECT_THAT(duplicate.body, Not(HasSubstr(ticket)));
  EXPECT_EQ(text_at(put_file(*other, other->list_ticket(), pdf, "application/pdf"), "slug"),
            "duplicate_ticket");
  for (Person* person : {seller.get(), other.get()}) {
    EXPECT_EQ(person->http.get(path_of(ticket) + "/file").status, 405);
    EXPECT_THAT(person->http.get(path_of(ticket)).body, Not(HasSubstr(code_of_the_pdf)));
  }
  EXPECT_THAT(marketplace.system().log(), Not(HasSubstr(code_of_the_pdf)));
}

TEST(Delivery, RefusesAFileWithTheReason) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), other = marketplace.person();
  const auto visitor = marketplace.visitor();
  const std::string ticket = seller->list_ticket();
  EXPECT_EQ(put_file(*seller, ticket, "%PDF-1.4 that ends here", "application/pdf").body,
            R"({"state":"rejected","pages":0,"barcodes":0,"reason":"file_unreadable"})");
  const std::string pdf = fixtures::read_file_of_project("tests/cases/ticket.pdf");
  EXPECT_EQ(put_file(*other, ticket, pdf, "application/pdf").status, 401);
  EXPECT_EQ(put_file(*visitor, ticket, pdf, "application/pdf").status, 401);
  EXPECT_EQ(put_file(*seller, ticket, pdf, "image/gif").status, 415);
  const std::string large(5 * 1024 * 1024 + 1, 'x');
  const Answer too_large = put_file(*seller, ticket, large, "application/pdf");
  EXPECT_EQ(too_large.status, 413);
  EXPECT_EQ(text_at(too_large, "slug"), "body_too_large");
  EXPECT_EQ(text_at(seller->http.get(path_of(ticket)), "hasFile"), "");
  EXPECT_EQ(seller->withdraw(ticket).status, 204);
  EXPECT_TRUE(wait_until(
      [&] {
        const Answer answer = put_code(*seller, ticket, R"({"format":"qr","text":"x"})");
        return text_at(answer, "slug") == "ticket_withdrawn";
      },
      patient(std::chrono::seconds{60})));
}

}  // namespace
}  // namespace ticketing::system
