// An event as a NATS message: CloudEvents 1.0 attributes and the trace context as headers, the
// payload as data. Also the few texts of the JetStream protocol that this adapter speaks itself.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/bus/event.hpp"

namespace ticketing::bus {

struct DestroyMessage {
  void operator()(natsMsg* message) const { natsMsg_Destroy(message); }
};
using MessagePointer = std::unique_ptr<natsMsg, DestroyMessage>;

using Headers = std::vector<std::pair<std::string, std::string>>;

// A message as this adapter sends it; `reply` may be empty.
struct Message {
  std::string subject;
  std::string reply{};
  Headers headers{};
  std::string data{};
};

// Throws std::runtime_error when libnats refuses it (no memory, an empty subject).
MessagePointer to_nats(const Message& message);

// Throws Unavailable unless `status` is NATS_OK.
void require(natsStatus status, const char* what, jsErrCode code = {});

inline constexpr const char* message_id_header = "Nats-Msg-Id";  // what the server deduplicates by

Headers event_headers(const Event& event);
// Absent attributes become empty; an event without ce-id has the id `otherwise`.
Event decode_event(natsMsg* message, const std::string& otherwise);
std::string header(natsMsg* message, const char* name);
// Whether its publisher sent it as the event that its subject names (ce-type). A service decides
// where the server sends answers, which may be the subject of another service's event.
bool is_sent_as_its_subject(natsMsg* message);

// The reply subject of a delivery, which is also where its acknowledgement goes:
// $JS.ACK.<stream>.<consumer>.<deliveries>.<stream sequence>.… or, with <domain>.<account> after
// ACK, its longer form.
struct DeliveryAddress {
  std::string consumer;
  std::uint64_t sequence = 0;
  std::uint64_t deliveries = 0;
};
std::optional<DeliveryAddress> parse_delivery_address(std::string_view reply);

// The answer to a publish.
struct PubAck {
  bool stored = false;
  bool duplicate = false;
  std::uint64_t sequence = 0;
  std::string fault{};  // why it was not stored
};
PubAck parse_pub_ack(const std::string& json);
// The error in JetStream's answer to a request; empty when there is none.
std::string fault_in_answer(const std::string& json);

}  // namespace ticketing::bus
