// What the buyer of a ticket gets, from the first to the last service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/reading/test_pdf.hpp"
#include "fixtures/project.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const code_of_the_pdf = "7381-4495-0027";

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

// No answer to them has a byte of the file or code, before and after the buyer was shown it.
void expect_hidden_from(const std::vector<Person*>& others, const std::string& ticket,
                        const std::string& order, const std::string& code) {
  for (Person* person : others) {
    for (const std::string& path : {order_path(order) + "/file", order_path(order)}) {
      const Answer answer = person->http.get(path);
      EXPECT_TRUE(answer.status == 401 || answer.body.starts_with(R"({"state":)")) << answer.body;
      EXPECT_THAT(answer.body, Not(HasSubstr(code)));
      EXPECT_THAT(answer.body, Not(HasSubstr("%PDF")));
    }
    const Answer reveal = person->http.post(order_path(order) + "/reveal", "{}");
    EXPECT_EQ(reveal.status, 401) << reveal.body;
    EXPECT_THAT(reveal.body, Not(HasSubstr(code)));
    for (const std::string& path : {path_of(ticket), std::string("/api/tickets?limit=50"),
                                    std::string("/api/sales"), "/api/orders/" + order}) {
      EXPECT_THAT(person->http.get(path).body, Not(HasSubstr(code))) << path;
    }
  }
}

TEST(Delivery, ShowsTheBuyerAloneTheTicketAndThenRefusesARefund) {
  Marketplace marketplace;
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const auto stranger = marketplace.person(), visitor = marketplace.visitor();
  const std::string ticket = seller->list_ticket();
  // Large enough for the threads that hash, seal and open files.
  const std::string pdf = delivery::reading::with_comment(
      fixtures::read_file_of_project("tests/cases/ticket.pdf"), std::string(1'000'000, 'x'));
  ASSERT_EQ(put_file(*seller, ticket, pdf, "application/pdf").status, 200);
  const std::string order = buy(*buyer, ticket);
  const std::vector<Person*> others{seller.get(), stranger.get(), visitor.get()};
  expect_hidden_from(others, ticket, order, code_of_the_pdf);
  EXPECT_EQ(buyer->http.get(order_path(order)).body, R"({"state":"ready"})");
  EXPECT_EQ(text_at(buyer->http.get(order_path(order) + "/file"), "slug"), "ticket_not_revealed");

  const Answer shown = buyer->http.post(order_path(order) + "/reveal", "{}");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(text_at(shown, "barcodes.0.format"), "qr");
  EXPECT_EQ(text_at(shown, "barcodes.0.text"), code_of_the_pdf);
  EXPECT_EQ(text_at(shown, "file.mediaType"), "application/pdf");
  EXPECT_EQ(shown.header("cache-control"), "no-store");
  EXPECT_EQ(buyer->http.post(order_path(order) + "/reveal", "{}").body, shown.body);
  const Answer file = buyer->http.get(order_path(order) + "/file");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, pdf);
  EXPECT_EQ(file.header("content-type"), "application/pdf");
  EXPECT_EQ(file.header("content-disposition"), "attachment; filename=\"ticket.pdf\"");
  EXPECT_EQ(file.header("cache-control"), "no-store");
  EXPECT_EQ(file.header("x-content-type-options"), "nosniff");

  const Answer refused = refund(*buyer, order);
  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_EQ(text_at(refused, "slug"), "ticket_revealed");
  expect_hidden_from(others, ticket, order, code_of_the_pdf);
  EXPECT_EQ(text_at(seller->http.get(order_path(order)), "state"), "revealed");
  EXPECT_THAT(marketplace.system().log(), Not(HasSubstr(code_of_the_pdf)));
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Delivery, ShowsARefundedTicketToItsNextBuyerOnly) {
  Marketplace marketplace;
  const auto seller = marketplace.person(), first = marketplace.person();
  const auto next = marketplace.person();
  const std::string ticket = seller->list_ticket();
  ASSERT_EQ(put_code(*seller, ticket, R"({"format":"qr","text":"code of a resale 4711"})").status,
            200);
  const std::string returned = buy(*first, ticket);
  const Answer refunded = refund(*first, returned);
  EXPECT_EQ(refunded.status, 201) << refunded.body;
  const Answer refused = first->http.post(order_path(returned) + "/reveal", "{}");
  EXPECT_EQ(refused.status, 400) << refused.body;
  EXPECT_EQ(text_at(refused, "slug"), "order_refunded");
  EXPECT_EQ(first->http.get(order_path(returned)).body, R"({"state":"none"})");

  EXPECT_TRUE(wait_until([&] { return seller->status_of_ticket(ticket) == "available"; },
                         patient(std::chrono::seconds{20})));
  const std::string order = buy(*next, ticket);
  expect_hidden_from({seller.get(), first.get()}, ticket, order, "4711");
  const Answer shown = next->http.post(order_path(order) + "/reveal", "{}");
  EXPECT_EQ(text_at(shown, "barcodes.0.text"), "code of a resale 4711") << shown.body;
  expect_hidden_from({seller.get(), first.get()}, ticket, order, "4711");
  EXPECT_EQ(first->http.post(order_path(returned) + "/reveal", "{}").status, 400);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
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
