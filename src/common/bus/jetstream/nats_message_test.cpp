#include "common/bus/jetstream/nats_message.hpp"

#include <gtest/gtest.h>

#include "common/bus/jetstream/jetstream_settings.hpp"

namespace ticketing::bus {
namespace {

// Without it libnats cannot free a message.
class NatsMessage : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(nats_Open(-1), NATS_OK); }
};

Event some_event() {
  return {.id = "0199-1",
          .subject = "note.created",
          .source = "notes",
          .payload = R"({"id":"o1"})",
          .context = trace::read_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                         "request-0001"),
          .time = from_millis(1'800'000'000'123)};
}

TEST_F(NatsMessage, AnEventComesBackAsItWas) {
  const Event event = some_event();
  const MessagePointer message =
      to_nats({.subject = event.subject, .headers = event_headers(event), .data = event.payload});
  const Event decoded = decode_event(message.get(), "unused");
  EXPECT_EQ(decoded.id, event.id);
  EXPECT_EQ(decoded.subject, event.subject);
  EXPECT_EQ(decoded.source, event.source);
  EXPECT_EQ(decoded.payload, event.payload);
  EXPECT_EQ(decoded.context, event.context);
  EXPECT_EQ(decoded.time, event.time);
  EXPECT_EQ(header(message.get(), "ce-specversion"), "1.0");
  EXPECT_EQ(header(message.get(), "ce-type"), "note.created");
}

TEST_F(NatsMessage, AForeignEventWithoutAttributesHasAnId) {
  const MessagePointer message = to_nats({.subject = "note.created", .data = "{}"});
  const Event decoded = decode_event(message.get(), "sequence-7");
  EXPECT_EQ(decoded.id, "sequence-7");
  EXPECT_EQ(decoded.source, "");
  EXPECT_EQ(decoded.payload, "{}");
}

TEST_F(NatsMessage, AHeaderStaysOnItsLine) {
  const MessagePointer message =
      to_nats({.subject = "s", .headers = {{"reason", "one\r\nNats-Msg-Id: two"}}});
  EXPECT_EQ(header(message.get(), "reason"), "one  Nats-Msg-Id: two");
  EXPECT_EQ(header(message.get(), "Nats-Msg-Id"), "");
}

TEST_F(NatsMessage, ADurableNameHasNoDots) {
  EXPECT_EQ(durable_name("notes", "topic.created"), "notes-topic_created");
}

TEST_F(NatsMessage, DeliveryAddressesAreReadInBothForms) {
  for (const char* reply : {"$JS.ACK.EVENTS.notes-a_b.3.17.9.1700000000000000000.4",
                            "$JS.ACK._.hash.EVENTS.notes-a_b.3.17.9.1700000000000000000.4.x"}) {
    const auto address = parse_delivery_address(reply);
    ASSERT_TRUE(address.has_value()) << reply;
    EXPECT_EQ(address->consumer, "notes-a_b");
    EXPECT_EQ(address->deliveries, 3u);
    EXPECT_EQ(address->sequence, 17u);
  }
  for (const char* reply : {"", "_INBOX.x.y", "$JS.ACK.EVENTS", "$JS.ACK.EVENTS.c.x.1.2.3.4"}) {
    EXPECT_FALSE(parse_delivery_address(reply).has_value()) << reply;
  }
}

TEST_F(NatsMessage, AnswersToAPublishContainThePlaceOrTheReason) {
  const PubAck stored = parse_pub_ack(R"({"stream":"EVENTS", "seq":12})");
  EXPECT_TRUE(stored.stored);
  EXPECT_FALSE(stored.duplicate);
  EXPECT_EQ(stored.sequence, 12u);
  EXPECT_TRUE(parse_pub_ack(R"({"stream":"EVENTS","seq":3,"duplicate": true})").duplicate);
  const PubAck refused =
      parse_pub_ack(R"({"error":{"code":503,"description":"maximum bytes exceeded"}})");
  EXPECT_FALSE(refused.stored);
  EXPECT_EQ(refused.fault, "maximum bytes exceeded");
  EXPECT_FALSE(parse_pub_ack("junk").stored);
  EXPECT_FALSE(parse_pub_ack("{}").stored);
}

}  // namespace
}  // namespace ticketing::bus
