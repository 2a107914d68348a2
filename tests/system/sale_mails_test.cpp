// What people are told by mail of a sale, from the request to the file of the mail.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "fixtures/run_task.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/mails.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

const char* const mailed_code = "code of the mailed sale 7381";
const char* const mailed_password = "the password of this test";

class SaleMails : public testing::Test {
 protected:
  std::unique_ptr<Person> sign_up(const std::string& email) {
    auto person = marketplace_.visitor();
    person->sign_up(email, mailed_password);
    return person;
  }
  std::string mail_to(const Person& person, const std::string& subject) {
    return wait_for_mail(mails_, person.email, subject);
  }
  Answer give_code(Person& seller, const std::string& ticket) {
    return put_code(seller, ticket,
                    fmt::format(R"({{"format":"qr","text":"{} {}"}})", mailed_code, ticket));
  }
  // As the database has them: a file is written over when the same mail is sent again.
  TableRows kept_mails() {
    return marketplace_.system().query("notifications", "SELECT id, status FROM mails ORDER BY id");
  }

  const TemporaryFolder folder_;
  const std::string mails_ = folder_.file("data/mail");
  Marketplace marketplace_{Variables{{"DATA_DIR", folder_.file("data")}, {"PROOF", "required"}}};
};

TEST_F(SaleMails, TellSellerAndBuyerEachOnceAndHoldNoCodeAndNoPassword) {
  const auto seller = sign_up("ada@example.com"), buyer = sign_up("grace@example.com");
  const std::string ticket = seller->list_ticket("Row <7>");
  ASSERT_EQ(give_code(*seller, ticket).status, 200);
  const std::string order = buy(*buyer, ticket);
  EXPECT_THAT(mail_to(*seller, "Your ticket is sold: Row <7>"),
              AllOf(HasSubstr("$20.00"), HasSubstr("Row <7>"), HasSubstr("Row &lt;7&gt;")));
  EXPECT_THAT(mail_to(*buyer, "You have bought a ticket: Row <7>"), HasSubstr("/orders/" + order));

  ASSERT_EQ(refund(*buyer, order).status, 201);
  EXPECT_THAT(mail_to(*buyer, "You get money back: Row <7>"), HasSubstr("$20.00"));
  const auto phone = marketplace_.visitor();
  phone->http.post("/api/users/signin", fmt::format(R"({{"email":"{}","password":"{}"}})",
                                                    buyer->email, mailed_password));
  mail_to(*buyer, "A new device is signed in to your account");

  ASSERT_EQ(wait_for_rest(marketplace_.system(), patient(std::chrono::seconds{30})), "");
  TableRows before;
  // A mail that has come is noted as sent a moment later.
  EXPECT_TRUE(wait_until(
      [&] {
        before = kept_mails();
        return std::ranges::all_of(before, [](const auto& row) { return row[1] == "sent"; });
      },
      patient(std::chrono::seconds{60})));
  EXPECT_EQ(before.size(), 4U);
  marketplace_.system().replay_events(1, 7);
  EXPECT_EQ(wait_for_rest(marketplace_.system(), patient(std::chrono::seconds{60})), "");
  EXPECT_EQ(kept_mails(), before);
  EXPECT_THAT(all_mails(mails_),
              Each(AllOf(Not(HasSubstr(mailed_code)), Not(HasSubstr(mailed_password)))));
}

TEST_F(SaleMails, TellWhatIsDueAndWhenItIsThere) {
  const auto seller = sign_up("ada@example.com"), buyer = sign_up("grace@example.com");
  const std::string ticket = seller->list_ticket("Row 8");
  const std::string order = buy(*buyer, ticket);
  EXPECT_THAT(mail_to(*seller, "Give your buyer the ticket: Row 8"),
              HasSubstr("/tickets/" + ticket));
  ASSERT_EQ(give_code(*seller, ticket).status, 200);
  EXPECT_THAT(mail_to(*buyer, "Your ticket is here: Row 8"), HasSubstr("/orders/" + order));
  EXPECT_THAT(all_mails(mails_), Each(Not(HasSubstr(mailed_code))));
}

}  // namespace
}  // namespace ticketing::system
