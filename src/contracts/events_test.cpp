// Pins the wire: each event must read and write exactly what its golden file holds. A change here
// breaks services that run an older version; add fields, never rename or remove.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <set>

#include "common/json/described.hpp"
#include "contracts/auth_events.hpp"
#include "contracts/delivery_events.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/orders_events.hpp"
#include "contracts/payments_events.hpp"
#include "contracts/shows_events.hpp"
#include "contracts/subjects.hpp"
#include "contracts/tickets_events.hpp"
#include "fixtures/project.hpp"

namespace ticketing::contracts {
namespace {

const std::string golden_folder = "src/contracts/golden/";

std::string golden(std::string_view subject) {
  std::string text = fixtures::read_file_of_project(golden_folder + std::string(subject) + ".json");
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

template <class Event>
void expect_round_trip() {
  const std::string text = golden(Event::subject);
  const auto event = decode<Event>(text);
  ASSERT_TRUE(event) << Event::subject << ": " << event.error().detail;
  EXPECT_EQ(encode(*event), text);
}

template <class Event>
void expect_names_missing_field(const std::string& field) {
  std::string text = golden(Event::subject);
  const auto at = text.find("\"" + field + "\"");
  ASSERT_NE(at, std::string::npos);
  text[at + 1] = '_';
  const auto event = decode<Event>(text);
  ASSERT_FALSE(event) << Event::subject << " without " << field;
  EXPECT_TRUE(event.error().fields.front().field.ends_with(field)) << event.error().detail;
}

TEST(Events, AreAllAmongTheSubjectsOfTheStream) {
  std::set<std::string> files;
  for (const auto& file :
       std::filesystem::directory_iterator(fixtures::project_folder() / golden_folder)) {
    files.insert(file.path().stem().string());
  }
  const auto subjects = all_subjects();
  EXPECT_EQ(std::set<std::string>(subjects.begin(), subjects.end()), files);
}

TEST(Events, WithAnAddressAreKnown) {
  std::set<std::string_view> expected;
  for (const std::string_view subject : all_subjects()) {
    const std::string path = golden_folder + std::string(subject) + ".json";
    if (fixtures::read_file_of_project(path).contains('@')) expected.insert(subject);
  }
  const auto subjects = subjects_with_addresses();
  EXPECT_EQ(std::set<std::string_view>(subjects.begin(), subjects.end()), expected);
  EXPECT_EQ(expected.size(), 8U);
}

TEST(Events, ReadAndWriteTheirGoldenFiles) {
  expect_round_trip<TicketCreated>();
  expect_round_trip<TicketUpdated>();
  expect_round_trip<OrderCreated>();
  expect_round_trip<OrderCancelled>();
  expect_round_trip<OrderCompleted>();
  expect_round_trip<WithdrawalDecided>();
  expect_round_trip<ExpirationComplete>();
  expect_round_trip<ShowBegun>();
  expect_round_trip<PaymentCreated>();
  expect_round_trip<PaymentCaptured>();
  expect_round_trip<PaymentVoided>();
  expect_round_trip<PaymentFailed>();
  expect_round_trip<PaymentRefunded>();
  expect_round_trip<RefundRequested>();
  expect_round_trip<ShowCreated>();
  expect_round_trip<ShowUpdated>();
  expect_round_trip<DeliveryReady>();
  expect_round_trip<DeliveryDue>();
  expect_round_trip<DeliveryOverdue>();
  expect_round_trip<DeliveryRevealed>();
  expect_round_trip<DeliveryReleased>();
  expect_round_trip<ResaleBegun>();
  expect_round_trip<UserCreated>();
  expect_round_trip<DeviceAdded>();
  expect_round_trip<ResetRequested>();
  expect_round_trip<PasswordChanged>();
  expect_round_trip<VerificationRequested>();
  expect_round_trip<AddressChangeRequested>();
  expect_round_trip<AddressChanged>();
  expect_round_trip<ErasureRequested>();
  expect_round_trip<UserErased>();
}

TEST(Events, NameTheFieldThatIsMissing) {
  for (const char* field : {"id", "version", "title", "price", "userId"}) {
    expect_names_missing_field<TicketCreated>(field);
    expect_names_missing_field<TicketUpdated>(field);
  }
  for (const char* field : {"id", "version", "status", "userId", "expiresAt", "ticket", "price"}) {
    expect_names_missing_field<OrderCreated>(field);
  }
  for (const char* field : {"id", "version", "reason", "ticket"}) {
    expect_names_missing_field<OrderCancelled>(field);
  }
  expect_names_missing_field<OrderCompleted>("version");
  for (const char* field : {"id", "version", "granted"}) {
    expect_names_missing_field<WithdrawalDecided>(field);
  }
  expect_names_missing_field<ExpirationComplete>("orderId");
  for (const char* field : {"showId", "startsAt"}) expect_names_missing_field<ShowBegun>(field);
  expect_names_missing_field<DeliveryReady>("ticketId");
  for (const char* field : {"orderId", "ticketId", "userId", "sellerId"}) {
    expect_names_missing_field<DeliveryDue>(field);
    expect_names_missing_field<DeliveryOverdue>(field);
  }
  expect_names_missing_field<DeliveryDue>("dueAt");
  expect_names_missing_field<DeliveryOverdue>("overdueAt");
  for (const char* field : {"orderId", "ticketId", "revealedAt"}) {
    expect_names_missing_field<DeliveryRevealed>(field);
  }
  for (const char* field : {"orderId", "refundId"}) {
    expect_names_missing_field<DeliveryReleased>(field);
  }
  for (const char* field : {"orderId", "ticketId", "resaleId", "userId"}) {
    expect_names_missing_field<ResaleBegun>(field);
  }
  for (const char* field : {"orderId", "refundId", "userId"}) {
    expect_names_missing_field<RefundRequested>(field);
  }
  expect_names_missing_field<PaymentCreated>("stripeId");
  for (const char* field : {"refundId", "amount", "refunded", "full", "relist"}) {
    expect_names_missing_field<PaymentRefunded>(field);
  }
  for (const char* field : {"id", "version", "name", "category", "status", "venue", "timeZone",
                            "startsAt", "overAt", "userId"}) {
    expect_names_missing_field<ShowCreated>(field);
    expect_names_missing_field<ShowUpdated>(field);
  }
}

// As a service of an older release sends it: without any field that may be absent.
template <class Event>
void expect_older_event() {
  boost::json::object json = boost::json::parse(golden(Event::subject)).as_object();
  for_each_member<Event>([&]<class D>(D) {
    using Member = described::MemberType<Event, D>;
    if constexpr (is_optional<Member> || std::is_same_v<Member, Flag>) {
      const std::string_view field = json::fields::field_of<D>;
      // A payment's reason is that of a failure.
      if (field != "reason") EXPECT_TRUE(json.contains(field)) << "no " << field << " in the file";
      json.erase(field);
    }
  });
  const auto event = decode<Event>(boost::json::serialize(json));
  ASSERT_TRUE(event) << Event::subject << ": " << event.error().detail;
  EXPECT_EQ(boost::json::parse(encode(*event)), json);
}

TEST(Events, OfAnOlderReleaseAreRead) {
  expect_older_event<TicketCreated>();
  expect_older_event<TicketUpdated>();
  expect_older_event<OrderCreated>();
  expect_older_event<OrderCancelled>();
  expect_older_event<OrderCompleted>();
  expect_older_event<WithdrawalDecided>();
  expect_older_event<ExpirationComplete>();
  expect_older_event<PaymentCreated>();
  expect_older_event<PaymentCaptured>();
  expect_older_event<PaymentFailed>();
  expect_older_event<PaymentRefunded>();
  expect_older_event<ShowCreated>();
  expect_older_event<ShowUpdated>();
}

TEST(Events, KeepUnknownFieldsOutOfTheWay) {
  const auto event = decode<ExpirationComplete>(R"({"orderId":"o","addedLater":{"x":1}})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->order_id, "o");
}

}  // namespace
}  // namespace ticketing::contracts
