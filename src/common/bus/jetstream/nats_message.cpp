#include "common/bus/jetstream/nats_message.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "common/base/exceptions.hpp"
#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/json/reader.hpp"

namespace ticketing::bus {
namespace {

constexpr std::string_view ack_prefix = "$JS.ACK.";
// Headers end with their line; a reason may hold anything.
constexpr std::size_t header_bytes_max = 1000;

std::string as_header(std::string_view text) {
  std::string value(text.substr(0, header_bytes_max));
  std::ranges::replace_if(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return value;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> tokens;
  for (;;) {
    const std::size_t dot = text.find('.');
    tokens.push_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return tokens;
    text.remove_prefix(dot + 1);
  }
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void require(natsStatus status, const char* what, jsErrCode code) {
  if (status == NATS_OK) return;
  std::string text = std::string(what) + ": " + natsStatus_GetText(status);
  if (code != 0) text += ", JetStream error " + std::to_string(static_cast<int>(code));
  throw Unavailable(text);
}

std::string durable_name(const std::string& consumer, const std::string& subject) {
  std::string name = consumer + "-" + subject;
  std::ranges::replace(name, '.', '_');
  return name;
}

MessagePointer to_nats(const Message& message) {
  natsMsg* made = nullptr;
  natsStatus status = natsMsg_Create(&made, message.subject.c_str(),
                                     message.reply.empty() ? nullptr : message.reply.c_str(),
                                     message.data.data(), static_cast<int>(message.data.size()));
  MessagePointer pointer(made);
  for (const auto& [name, value] : message.headers) {
    if (status != NATS_OK) break;
    status = natsMsgHeader_Set(made, name.c_str(), as_header(value).c_str());
  }
  if (status != NATS_OK) {
    throw std::runtime_error(std::string("cannot make a NATS message: ") +
                             natsStatus_GetText(status));
  }
  return pointer;
}

Headers event_headers(const Event& event) {
  Headers headers = {{"ce-specversion", "1.0"},           {"ce-id", event.id},
                     {"ce-source", event.source},         {"ce-type", event.subject},
                     {"ce-time", to_iso8601(event.time)}, {"content-type", "application/json"}};
  const trace::Context& context = event.context;
  if (context.has_trace()) headers.emplace_back("traceparent", trace::to_traceparent(context));
  if (!context.request_id().empty()) headers.emplace_back("x-request-id", context.request_id());
  if (event.is_copy()) headers.emplace_back("ce-original", event.original);
  return headers;
}

std::string header(natsMsg* message, const char* name) {
  const char* value = nullptr;
  if (natsMsgHeader_Get(message, name, &value) != NATS_OK || value == nullptr) return "";
  return value;
}

bool is_sent_as_its_subject(natsMsg* message) {
  return header(message, "ce-type") == natsMsg_GetSubject(message);
}

Event decode_event(natsMsg* message, const std::string& otherwise) {
  Event event{.id = header(message, "ce-id"),
              .subject = natsMsg_GetSubject(message),
              .source = header(message, "ce-source"),
              .payload = {natsMsg_GetData(message),
                          static_cast<std::size_t>(natsMsg_GetDataLength(message))},
              .context = trace::read_context(header(message, "traceparent"),
                                             header(message, "x-request-id")),
              .time = parse_iso8601(header(message, "ce-time")).value_or(Timestamp{}),
              .original = header(message, "ce-original")};
  if (event.id.empty()) event.id = otherwise;
  return event;
}

std::optional<DeliveryAddress> parse_delivery_address(std::string_view reply) {
  if (!reply.starts_with(ack_prefix)) return std::nullopt;
  std::vector<std::string_view> tokens = split(reply.substr(ack_prefix.size()));
  // stream, consumer, deliveries, stream sequence, consumer sequence, time, pending
  if (tokens.size() > 8) tokens.erase(tokens.begin(), tokens.begin() + 2);
  if (tokens.size() < 6) return std::nullopt;
  const auto deliveries = to_number(tokens[2]);
  const auto sequence = to_number(tokens[3]);
  if (!deliveries || !sequence) return std::nullopt;
  return DeliveryAddress{
      .consumer = std::string(tokens[1]), .sequence = *sequence, .deliveries = *deliveries};
}

std::string fault_in_answer(const std::string& json) {
  Result<json::Reader> reader = json::Reader::parse(json);
  if (!reader) return "the answer of the server is not JSON";
  if (json.find("\"error\"") == std::string::npos) return "";
  return reader->object("error").text("description");
}

PubAck parse_pub_ack(const std::string& json) {
  if (std::string fault = fault_in_answer(json); !fault.empty()) return {.fault = std::move(fault)};
  Result<json::Reader> reader = json::Reader::parse(json);
  const std::int64_t sequence = reader->integer("seq");
  if (reader->error() || sequence < 0) return {.fault = "the answer of the server has no sequence"};
  return {.stored = true,
          .duplicate = json.find("\"duplicate\"") != std::string::npos,
          .sequence = static_cast<std::uint64_t>(sequence)};
}

}  // namespace ticketing::bus
