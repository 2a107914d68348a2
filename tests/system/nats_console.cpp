#include "system/nats_console.hpp"

#include <stdexcept>

#include "common/bus/jetstream/jetstream_settings.hpp"
#include "common/bus/jetstream/nats_message.hpp"

namespace ticketing::system {
namespace {

constexpr std::int64_t limit_ms = 10'000;

void require(natsStatus status, const std::string& what) {
  if (status != NATS_OK) throw std::runtime_error(what + ": " + natsStatus_GetText(status));
}

}  // namespace

NatsConsole::NatsConsole(const std::string& url) {
  require(natsConnection_ConnectTo(&connection_, url.c_str()), "cannot connect to " + url);
  jsOptions options;
  jsOptions_Init(&options);
  options.Wait = limit_ms;
  require(natsConnection_JetStream(&js_, connection_, &options), "cannot use JetStream");
}

NatsConsole::~NatsConsole() {
  jsCtx_Destroy(js_);
  natsConnection_Destroy(connection_);
}

std::int64_t NatsConsole::count_unacknowledged() const {
  jsConsumerInfoList* list = nullptr;
  const natsStatus status = js_Consumers(&list, js_, bus::event_stream, nullptr, nullptr);
  if (status == NATS_NOT_FOUND) return 0;
  require(status, "cannot list the consumers");
  std::int64_t count = 0;
  for (int i = 0; i < list->Count; ++i) {
    count += static_cast<std::int64_t>(list->List[i]->NumPending) + list->List[i]->NumAckPending;
  }
  jsConsumerInfoList_Destroy(list);
  return count;
}

void NatsConsole::publish(const bus::Event& event, const std::string& message_id) {
  bus::Message message{
      .subject = event.subject, .headers = bus::event_headers(event), .data = event.payload};
  message.headers.emplace_back(bus::message_id_header, message_id);
  require(natsConnection_PublishMsg(connection_, bus::to_nats(message).get()), "cannot publish");
}

void NatsConsole::publish_dead_letter(const bus::Event& event, const std::string& consumer,
                                      const std::string& reason) {
  bus::Message message{.subject = bus::dead_letter_prefix + consumer + "." + event.subject,
                       .headers = bus::event_headers(event),
                       .data = event.payload};
  message.headers.emplace_back(bus::dead_letter_consumer_header, consumer);
  message.headers.emplace_back(bus::dead_letter_reason_header, reason);
  message.headers.emplace_back(bus::dead_letter_time_header, to_iso8601(event.time));
  require(natsConnection_PublishMsg(connection_, bus::to_nats(message).get()), "cannot publish");
  flush();
}

void NatsConsole::purge() {
  require(js_PurgeStream(js_, bus::event_stream, nullptr, nullptr), "cannot purge the stream");
}

void NatsConsole::flush() {
  require(natsConnection_FlushTimeout(connection_, limit_ms), "the server does not answer");
}

}  // namespace ticketing::system
