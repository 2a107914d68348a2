#include "common/bus/jetstream/nats_link.hpp"

#include <boost/asio/post.hpp>

#include <charconv>

#include "common/base/assert.hpp"
#include "common/base/log.hpp"
#include "common/bus/jetstream/nats_address.hpp"

namespace ticketing::bus {
namespace {

constexpr int reconnect_wait_ms = 100;
constexpr int ping_interval_ms = 2'000;
constexpr int pings_out_max = 2;
constexpr int connect_limit_ms = 2'000;
constexpr int last_flush_ms = 1'000;
constexpr int reconnect_buffer_bytes = 4 << 20;
constexpr int pending_messages_max = 1 << 18;
constexpr std::chrono::seconds let_go_limit{5};

// libnats makes such a text for inboxes alone: "_INBOX." and the text.
std::string unique_token() {
  natsInbox* inbox = nullptr;
  require(natsInbox_Create(&inbox), "cannot begin with NATS");
  const std::string text = inbox;
  natsInbox_Destroy(inbox);
  return text.substr(text.rfind('.') + 1);
}

struct DestroyOptions {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
};
using OptionsPointer = std::unique_ptr<natsOptions, DestroyOptions>;

int status_of(natsMsg* message) {
  if (natsMsg_IsNoResponders(message)) return 503;
  const std::string text = header(message, "Status");
  int status = 0;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

}  // namespace

// What the threads of libnats use; outlives the link until libnats reports that it is released.
struct NatsLink::Shared : std::enable_shared_from_this<Shared> {
  Shared(const Executor& e, Receive r) : executor(e), receive(std::move(r)) {}

  void push(Incoming incoming);
  void drain();
  void forget_receiver() {
    const std::lock_guard lock(mutex);
    receive = nullptr;
    waiting.clear();
  }

  // Closures of libnats: each kind of callback has a plain function.
  static void on_connected(natsConnection*, void* closure);
  static void on_disconnected(natsConnection*, void* closure);
  static void on_closed(natsConnection*, void* closure);
  static void on_error(natsConnection*, natsSubscription*, natsStatus status, void* closure);
  static void on_message(natsConnection*, natsSubscription*, natsMsg* message, void* closure);
  static void on_observed(natsConnection*, natsSubscription*, natsMsg* message, void* closure);
  static void on_complete(void* closure);

  Executor executor;
  std::atomic<bool> connected{false};
  std::mutex mutex;
  std::condition_variable let_go;
  Receive receive;
  std::vector<Incoming> waiting;
  std::size_t observed_waiting = 0;
  int held_by_libnats = 0;
};

void NatsLink::Shared::push(Incoming incoming) {
  const std::lock_guard lock(mutex);
  if (!receive) return;
  if (incoming.kind == Incoming::Kind::observed && ++observed_waiting > observed_max) {
    --observed_waiting;
    return;
  }
  waiting.push_back(std::move(incoming));
  // One post for all messages that arrive until the owner has taken them.
  if (waiting.size() == 1) asio::post(executor, [self = shared_from_this()] { self->drain(); });
}

void NatsLink::Shared::drain() {
  std::vector<Incoming> taken;
  Receive call;
  {
    const std::lock_guard lock(mutex);
    taken.swap(waiting);
    observed_waiting = 0;
    call = receive;
  }
  if (call && !taken.empty()) call(std::move(taken));
}

void NatsLink::Shared::on_connected(natsConnection*, void* closure) {
  auto* const self = static_cast<Shared*>(closure);
  self->connected = true;
  self->push({.kind = Incoming::Kind::connected});
}

void NatsLink::Shared::on_disconnected(natsConnection*, void* closure) {
  auto* const self = static_cast<Shared*>(closure);
  self->connected = false;
  self->push({.kind = Incoming::Kind::disconnected});
}

void NatsLink::Shared::on_closed(natsConnection*, void* closure) { on_complete(closure); }

void NatsLink::Shared::on_complete(void* closure) {
  auto* const self = static_cast<Shared*>(closure);
  const std::lock_guard lock(self->mutex);
  --self->held_by_libnats;
  self->let_go.notify_all();
}

void NatsLink::Shared::on_error(natsConnection*, natsSubscription*, natsStatus status, void*) {
  log::warn("NATS reports a fault", {{"error", natsStatus_GetText(status)}});
}

void NatsLink::Shared::on_message(natsConnection*, natsSubscription*, natsMsg* raw, void* closure) {
  const MessagePointer message(raw);
  const char* const reply = natsMsg_GetReply(raw);
  Incoming incoming{.kind = Incoming::Kind::answer,
                    .subject = natsMsg_GetSubject(raw),
                    .reply = reply == nullptr ? "" : reply};
  if (const auto address = parse_delivery_address(incoming.reply)) {
    incoming.kind = Incoming::Kind::delivery;
    incoming.event = decode_event(raw, "sequence-" + std::to_string(address->sequence));
    incoming.is_forged = !is_sent_as_its_subject(raw);
  } else {
    incoming.status = status_of(raw);
    incoming.data.assign(natsMsg_GetData(raw),
                         static_cast<std::size_t>(natsMsg_GetDataLength(raw)));
  }
  static_cast<Shared*>(closure)->push(std::move(incoming));
}

void NatsLink::Shared::on_observed(natsConnection*, natsSubscription*, natsMsg* raw,
                                   void* closure) {
  const MessagePointer message(raw);
  if (!is_sent_as_its_subject(raw)) return;
  static_cast<Shared*>(closure)->push(
      {.kind = Incoming::Kind::observed, .event = decode_event(raw, "")});
}

NatsLink::NatsLink(const Executor& executor, const JetStreamSettings& settings, Receive receive)
    : executor_(executor),
      settings_(settings),
      shared_(std::make_shared<Shared>(executor, std::move(receive))) {
  require(nats_Open(-1), "cannot begin with NATS");
  inbox_ = inbox_prefix(settings_.name) + "." + unique_token() + ".";
}

NatsLink::~NatsLink() {
  shared_->forget_receiver();
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void NatsLink::open(const std::vector<std::string>& observed_subjects) {
  TICKETING_ASSERT(!thread_.joinable());
  observed_subjects_ = observed_subjects;
  thread_ = std::thread([this] { run(); });
}

Task<> NatsLink::close(std::function<void()> before_end) {
  co_await suspend<bool>(executor_, [this, &before_end](Resume<bool> resume) {
    {
      const std::lock_guard lock(mutex_);
      before_end_ = std::move(before_end);
      closing_ = true;
    }
    changed_.notify_all();
    // A separate thread joins the other one, so that the executor does not block. It moves the
    // waiter out: after it has resumed, the executor's context may be destroyed.
    std::thread([this, executor = executor_, waiter = std::move(resume)]() mutable {
      if (thread_.joinable()) thread_.join();
      shared_->forget_receiver();
      asio::post(executor, [waiter = std::move(waiter)]() mutable { waiter(true); });
    }).detach();
  });
}

bool NatsLink::send(Message message, SteadyTime deadline) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || outgoing_.size() >= outgoing_max) return false;
    outgoing_.push_back({.message = std::move(message), .deadline = deadline});
    if (outgoing_.size() > 1) return true;
  }
  changed_.notify_all();
  return true;
}

void NatsLink::end_deliveries() {
  {
    const std::lock_guard lock(mutex_);
    outgoing_.push_back({.message = {}, .deadline = SteadyTime::max(), .ends_deliveries = true});
  }
  changed_.notify_all();
}

bool NatsLink::is_connected() const { return shared_->connected; }

natsConnection* NatsLink::wait_for_connection() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return connection_ != nullptr || closing_; });
  return closing_ ? nullptr : connection_;
}

void NatsLink::run() {
  try {
    connect();
  } catch (const std::exception& error) {
    log::error("NATS cannot be used", {{"error", error.what()}});
  }
  for (;;) {
    std::vector<Outgoing> batch;
    bool last = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !outgoing_.empty(); });
      batch.swap(outgoing_);
      last = closing_;
    }
    if (connection_ != nullptr) send_all(std::move(batch));
    if (last) break;
  }
  disconnect();
}

void NatsLink::connect() {
  natsOptions* made = nullptr;
  require(natsOptions_Create(&made), "cannot make options");
  const OptionsPointer options(made);
  Shared* const shared = shared_.get();
  require(set_servers(made, settings_.url, settings_.ca_file), "NATS_URL");
  natsOptions_SetName(made, settings_.name.c_str());
  natsOptions_SetCustomInboxPrefix(made, inbox_prefix(settings_.name).c_str());
  natsOptions_SetTimeout(made, connect_limit_ms);
  natsOptions_SetPingInterval(made, ping_interval_ms);
  natsOptions_SetMaxPingsOut(made, pings_out_max);
  natsOptions_SetMaxReconnect(made, -1);
  natsOptions_SetReconnectWait(made, reconnect_wait_ms);
  natsOptions_SetReconnectBufSize(made, reconnect_buffer_bytes);
  natsOptions_SetMaxPendingMsgs(made, pending_messages_max);
  natsOptions_SetFailRequestsOnDisconnect(made, true);
  natsOptions_SetErrorHandler(made, &Shared::on_error, shared);
  natsOptions_SetClosedCB(made, &Shared::on_closed, shared);
  natsOptions_SetDisconnectedCB(made, &Shared::on_disconnected, shared);
  natsOptions_SetReconnectedCB(made, &Shared::on_connected, shared);

  natsConnection* const connection = first_connection(made);
  if (connection == nullptr) return;
  {
    const std::lock_guard lock(shared->mutex);
    ++shared->held_by_libnats;
  }
  {
    const std::lock_guard lock(mutex_);
    connection_ = connection;
  }
  changed_.notify_all();
  subscribe(inbox_ + "p.>", false);
  deliveries_ = subscribe(inbox_ + "f.>", false);
  for (const std::string& subject : observed_subjects_) subscribe(subject, true);
  Shared::on_connected(connection, shared);
}

// libnats could try again by itself, but it gives up for good when a server answers and then cannot
// be used: one with a wrong certificate, or that still starts. Null when the link closes.
natsConnection* NatsLink::first_connection(natsOptions* options) {
  bool is_told = false;
  for (;;) {
    natsConnection* connection = nullptr;
    const natsStatus status = natsConnection_Connect(&connection, options);
    if (status == NATS_OK) return connection;
    if (!is_told) log::warn("cannot connect to NATS yet", {{"error", natsStatus_GetText(status)}});
    is_told = true;
    std::unique_lock lock(mutex_);
    const std::chrono::milliseconds pause{reconnect_wait_ms};
    if (changed_.wait_for(lock, pause, [this] { return closing_; })) return nullptr;
  }
}

natsSubscription* NatsLink::subscribe(const std::string& subject, bool observes) {
  natsSubscription* subscription = nullptr;
  require(natsConnection_Subscribe(&subscription, connection_, subject.c_str(),
                                   observes ? &Shared::on_observed : &Shared::on_message,
                                   shared_.get()),
          "cannot subscribe");
  subscriptions_.push_back(subscription);
  {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->held_by_libnats;
  }
  const natsStatus status =
      natsSubscription_SetOnCompleteCB(subscription, &Shared::on_complete, shared_.get());
  if (status != NATS_OK) {
    // libnats has closed the connection meanwhile (a server that it does not trust): it does not
    // call back for a subscription that is closed.
    Shared::on_complete(shared_.get());
    require(status, "cannot subscribe");
  }
  return subscription;
}

void NatsLink::send_all(std::vector<Outgoing> batch) {
  for (const Outgoing& outgoing : batch) {
    if (outgoing.ends_deliveries) {
      if (deliveries_ != nullptr) natsSubscription_Unsubscribe(deliveries_);
      continue;
    }
    if (std::chrono::steady_clock::now() > outgoing.deadline) continue;
    try {
      const MessagePointer message = to_nats(outgoing.message);
      // A lost message is noticed by the request that waits for its answer, or it is redelivered.
      natsConnection_PublishMsg(connection_, message.get());
    } catch (const std::exception& error) {
      log::error("a message cannot be sent", {{"error", error.what()}});
    }
  }
}

void NatsLink::disconnect() {
  natsConnection* connection = nullptr;
  {
    const std::lock_guard lock(mutex_);
    connection = connection_;
  }
  if (connection == nullptr) {
    if (before_end_) before_end_();
    return;
  }
  if (is_connected()) natsConnection_FlushTimeout(connection, last_flush_ms);
  natsConnection_Close(connection);
  shared_->connected = false;
  if (before_end_) before_end_();
  for (natsSubscription* subscription : subscriptions_) natsSubscription_Destroy(subscription);
  subscriptions_.clear();
  {
    std::unique_lock lock(shared_->mutex);
    const auto is_free = [this] { return shared_->held_by_libnats == 0; };
    if (!shared_->let_go.wait_for(lock, let_go_limit, is_free)) {
      log::error("NATS does not close a connection");
      static_cast<void>(new std::shared_ptr<Shared>(shared_));  // it may still call back
    }
  }
  natsConnection_Destroy(connection);
}

}  // namespace ticketing::bus
