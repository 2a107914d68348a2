// Settings of the JetStream adapter: where the servers are, and how the stream of all events is
// stored. README.md gives the reason for each limit.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/bus/delivery_policy.hpp"

namespace ticketing::bus {

struct JetStreamSettings {
  std::string url;           // "nats://host:4222", or several separated by commas
  std::string name;          // of this client, and of its inbox: "notes"
  std::string ca_file = {};  // authorities that vouch for a tls:// server; empty: the system's
  // Creates and updates the streams; the others wait for it. One program of a system does this,
  // with a user of its own: who may change a stream can have anything stored in it.
  bool declares_streams = true;
  // Subjects that the stream must accept for this process: those that it publishes. With
  // declares_streams, those of the whole system. Subjects are added to a stream, never removed.
  std::vector<std::string> subjects = {};
  std::int64_t stream_bytes_max = std::int64_t{1} << 30;
  std::int64_t dead_letter_bytes_max = std::int64_t{1} << 28;
  int replicas = 1;  // copies of the streams in a cluster

  DeliveryPolicy delivery = {};
  // A replica that died is waited for this long before another one gets what it had taken.
  Milliseconds ack_wait{10'000};
  Milliseconds answer_limit{2'000};    // for a PubAck
  Milliseconds check_interval{2'000};  // between two looks at the stream and the consumers
};

inline constexpr const char* event_stream = "EVENTS";
inline constexpr const char* dead_letter_stream = "DEAD_LETTERS";
inline constexpr const char* dead_letter_prefix = "dead.";  // dead.<consumer>.<subject>
inline constexpr const char* dead_letter_consumer_header = "dead-letter-consumer";
inline constexpr const char* dead_letter_reason_header = "dead-letter-reason";
inline constexpr const char* dead_letter_time_header = "dead-letter-time";
inline constexpr std::chrono::hours event_age_max{7 * 24};  // as long as outboxes keep theirs
inline constexpr std::chrono::minutes duplicate_window{2};

// Durable names may not hold dots: "notes" and "topic.created" give "notes-topic_created".
std::string durable_name(const std::string& consumer, const std::string& subject);

}  // namespace ticketing::bus
