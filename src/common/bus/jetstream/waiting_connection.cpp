#include "common/bus/jetstream/waiting_connection.hpp"

#include "common/bus/jetstream/nats_address.hpp"

namespace ticketing::bus {
namespace {

constexpr int limit_ms = 2'000;

}  // namespace

WaitingConnection::WaitingConnection(const std::string& url, const std::string& ca_file,
                                     const std::string& name) {
  check_url(url);
  natsOptions* options = nullptr;
  require(natsOptions_Create(&options), "cannot make options");
  natsStatus status = set_servers(options, url, ca_file);
  natsOptions_SetTimeout(options, limit_ms);
  natsOptions_SetName(options, name.c_str());
  natsOptions_SetCustomInboxPrefix(options, inbox_prefix(name).c_str());
  if (status == NATS_OK) status = natsConnection_Connect(&connection_, options);
  natsOptions_Destroy(options);
  require(status, "cannot connect to NATS");
  jsOptions context_options;
  jsOptions_Init(&context_options);
  context_options.Wait = limit_ms;
  const natsStatus made = natsConnection_JetStream(&js_, connection_, &context_options);
  if (made != NATS_OK) natsConnection_Destroy(connection_);
  require(made, "cannot use JetStream");
}

WaitingConnection::~WaitingConnection() {
  jsCtx_Destroy(js_);
  natsConnection_Destroy(connection_);
}

MessagePointer WaitingConnection::find(const char* stream, const std::string& subjects,
                                       std::uint64_t sequence) const {
  jsDirectGetMsgOptions which;
  jsDirectGetMsgOptions_Init(&which);
  which.Sequence = sequence;
  which.NextBySubject = subjects.c_str();
  natsMsg* message = nullptr;
  const natsStatus status = js_DirectGetMsg(&message, js_, stream, nullptr, &which);
  if (status == NATS_NOT_FOUND) return nullptr;
  require(status, "cannot read a stream");
  return MessagePointer(message);
}

}  // namespace ticketing::bus
