// Pins the wire: each event must read and write exactly what its golden file holds. A change here
// breaks services that run an older version; add fields, never rename or remove.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/subjects.hpp"
#include "contracts/tickets_events.hpp"

namespace ticketing::contracts {
namespace {

std::string golden_folder() {
  const char* root = std::getenv("TICKETING_SOURCE");
  EXPECT_NE(root, nullptr) << "TICKETING_SOURCE must name the project's folder (ctest sets it)";
  return std::string(root ? root : ".") + "/src/contracts/golden/";
}

std::string golden(std::string_view subject) {
  std::ifstream file(golden_folder() + std::string(subject) + ".json");
  EXPECT_TRUE(file) << "no golden file for " << subject;
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

template <class Event, class Decode>
void expect_round_trip(Decode decode) {
  const std::string text = golden(Event::subject);
  const auto event = decode(text);
  ASSERT_TRUE(event) << Event::subject << ": " << event.error().detail;
  EXPECT_EQ(encode(*event), text);
}

template <class Decode>
void expect_names_missing_field(std::string_view subject, Decode decode, const std::string& field) {
  std::string text = golden(subject);
  const auto at = text.find("\"" + field + "\"");
  ASSERT_NE(at, std::string::npos);
  text[at + 1] = '_';
  const auto event = decode(text);
  ASSERT_FALSE(event) << subject << " without " << field;
  EXPECT_TRUE(event.error().fields.front().field.ends_with(field)) << event.error().detail;
}

TEST(Events, AreAllAmongTheSubjectsOfTheStream) {
  std::set<std::string> files;
  for (const auto& file : std::filesystem::directory_iterator(golden_folder())) {
    files.insert(file.path().stem().string());
  }
  const auto subjects = all_subjects();
  EXPECT_EQ(std::set<std::string>(subjects.begin(), subjects.end()), files);
}

TEST(Events, ReadAndWriteTheirGoldenFiles) {
  expect_round_trip<TicketCreated>(decode_ticket_created);
  expect_round_trip<TicketUpdated>(decode_ticket_updated);
  expect_round_trip<OrderCreated>(decode_order_created);
  expect_round_trip<OrderCancelled>(decode_order_cancelled);
  expect_round_trip<OrderCompleted>(decode_order_completed);
  expect_round_trip<WithdrawalDecided>(decode_withdrawal_decided);
  expect_round_trip<ExpirationComplete>(decode_expiration_complete);
  expect_round_trip<PaymentCreated>(decode_payment);
  expect_round_trip<PaymentCaptured>(decode_payment);
  expect_round_trip<PaymentVoided>(decode_payment);
  expect_round_trip<PaymentFailed>(decode_payment);
  expect_round_trip<PaymentRefunded>(decode_payment_refunded);
}

TEST(Events, NameTheFieldThatIsMissing) {
  for (const char* field : {"id", "version", "title", "price", "userId"}) {
    expect_names_missing_field(TicketCreated::subject, decode_ticket_created, field);
    expect_names_missing_field(TicketUpdated::subject, decode_ticket_updated, field);
  }
  for (const char* field : {"id", "version", "status", "userId", "expiresAt", "ticket", "price"}) {
    expect_names_missing_field(OrderCreated::subject, decode_order_created, field);
  }
  for (const char* field : {"id", "version", "reason", "ticket"}) {
    expect_names_missing_field(OrderCancelled::subject, decode_order_cancelled, field);
  }
  expect_names_missing_field(OrderCompleted::subject, decode_order_completed, "version");
  for (const char* field : {"id", "version", "granted"}) {
    expect_names_missing_field(WithdrawalDecided::subject, decode_withdrawal_decided, field);
  }
  expect_names_missing_field(ExpirationComplete::subject, decode_expiration_complete, "orderId");
  expect_names_missing_field(PaymentCreated::subject, decode_payment, "stripeId");
  for (const char* field : {"refundId", "amount", "refunded", "full", "relist"}) {
    expect_names_missing_field(PaymentRefunded::subject, decode_payment_refunded, field);
  }
}

TEST(Events, KeepUnknownFieldsOutOfTheWay) {
  const auto event = decode_expiration_complete(R"({"orderId":"o","addedLater":{"x":1}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->order_id, "o");
}

}  // namespace
}  // namespace ticketing::contracts
