// Who may do what on NATS: a server with the users of a deployment (infra/nats/authorization.conf),
// and each of them trying what belongs to another.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nats/nats.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/async/timers.hpp"
#include "common/bus/jetstream/jetstream_bus.hpp"
#include "common/bus/jetstream/message_eraser.hpp"
#include "common/bus/jetstream/nats_address.hpp"
#include "common/bus/jetstream/nats_message.hpp"
#include "common/bus/jetstream/stream_monitor.hpp"
#include "contracts/subjects.hpp"
#include "fixtures/run_task.hpp"
#include "servers/nats_server.hpp"
#include "servers/services.hpp"

namespace ticketing::system {
namespace {

constexpr std::int64_t answer_limit_ms = 10'000;
const std::string event_stream = bus::event_stream;
const std::string dead_letter_stream = bus::dead_letter_stream;
const std::vector<std::string> services = servers::service_names();

std::string owner_of(const std::string& subject) {
  for (const servers::DescribedService& service : servers::described_services()) {
    if (std::ranges::count(service.publishes, subject) > 0) return service.name;
  }
  return "no service";
}

std::vector<std::string> all_but(const std::string& one) {
  std::vector<std::string> others = services;
  std::erase(others, one);
  return others;
}

// The stream of the whole system.
bus::JetStreamSettings stream_settings() {
  const auto subjects = contracts::all_subjects();
  return {.subjects = {subjects.begin(), subjects.end()}};
}

// A connection of one user.
class User {
 public:
  User(const servers::NatsServer& server, const std::string& name) : name_(name) {
    natsOptions* options = nullptr;
    natsOptions_Create(&options);
    natsOptions_SetURL(options, server.url(name).c_str());
    natsOptions_SetCustomInboxPrefix(options, bus::inbox_prefix(name).c_str());
    natsOptions_SetErrorHandler(options, [](auto...) {}, nullptr);
    EXPECT_EQ(natsConnection_Connect(&connection_, options), NATS_OK) << name;
    natsOptions_Destroy(options);
    natsConnection_JetStream(&js_, connection_, nullptr);
  }
  ~User() {
    jsCtx_Destroy(js_);
    natsConnection_Destroy(connection_);
  }
  User(const User&) = delete;
  User& operator=(const User&) = delete;

  jsCtx* js() { return js_; }
  // What the server answers; empty when the user may not ask.
  std::string ask(const std::string& subject, const std::string& data = "") {
    const std::string inbox = bus::inbox_prefix(name_) + "." + std::to_string(++asked_);
    natsSubscription* answers = nullptr;
    natsConnection_SubscribeSync(&answers, connection_, inbox.c_str());
    natsConnection_PublishRequestString(connection_, subject.c_str(), inbox.c_str(), data.c_str());
    // A refusal comes before the answer to what was sent after.
    natsConnection_Flush(connection_);
    natsMsg* answer = nullptr;
    std::string text;
    if (!was_refused(subject)) {
      const natsStatus status = natsSubscription_NextMsg(&answer, answers, answer_limit_ms);
      EXPECT_EQ(status, NATS_OK) << name_ << " asks " << subject;
      if (status == NATS_OK) text.assign(natsMsg_GetData(answer), natsMsg_GetDataLength(answer));
      if (text.empty()) text = "an answer without a body";
    }
    natsMsg_Destroy(answer);
    natsSubscription_Destroy(answers);
    return text;
  }
  // Sends a request whose answers go elsewhere.
  void ask_to(const std::string& reply, const std::string& subject) {
    natsConnection_PublishRequestString(connection_, subject.c_str(), reply.c_str(),
                                        R"({"batch":1,"no_wait":true})");
    natsConnection_Flush(connection_);
  }
  void send(const bus::Event& event) {
    const auto message = bus::to_nats(
        {.subject = event.subject, .headers = bus::event_headers(event), .data = event.payload});
    EXPECT_EQ(natsConnection_PublishMsg(connection_, message.get()), NATS_OK);
    natsConnection_Flush(connection_);
  }
  // Whether a stream took it.
  bool can_store(const std::string& subject) {
    return ask(subject, "{}").find("\"seq\"") != std::string::npos;
  }
  // Whether it receives what `other` sends.
  bool can_hear(const std::string& pattern, const std::string& subject, User& other) {
    natsSubscription* subscription = nullptr;
    natsConnection_SubscribeSync(&subscription, connection_, pattern.c_str());
    natsConnection_Flush(connection_);
    natsConnection_PublishString(other.connection_, subject.c_str(), "{}");
    natsConnection_Flush(other.connection_);
    // The answer to this one comes after what the server has sent before.
    natsConnection_Flush(connection_);
    natsMsg* message = nullptr;
    const bool received = natsSubscription_NextMsg(&message, subscription, 200) == NATS_OK;
    natsMsg_Destroy(message);
    natsSubscription_Destroy(subscription);
    return received;
  }

 private:
  bool was_refused(const std::string& subject) const {
    const char* text = nullptr;
    natsConnection_GetLastError(connection_, &text);
    return text != nullptr && std::string(text).find('"' + subject + '"') != std::string::npos;
  }

  std::string name_;
  int asked_ = 0;
  natsConnection* connection_ = nullptr;
  jsCtx* js_ = nullptr;
};

class BusPermissions : public testing::Test {
 protected:
  BusPermissions() {
    bus::declare_event_stream(operator_.js(), stream_settings());
    bus::declare_dead_letter_stream(operator_.js(), {});
    for (const std::string& service : services) {
      users_[service] = std::make_unique<User>(server_, service);
    }
  }
  User& user(const std::string& name) { return *users_.at(name); }
  std::string make_consumer(const std::string& by, const std::string& name,
                            const std::string& subject, const std::string& filter) {
    return user(by).ask("$JS.API.CONSUMER.CREATE.EVENTS." + name + "." + subject,
                        R"({"stream_name":"EVENTS","config":{"durable_name":")" + name +
                            R"(","name":")" + name + R"(","filter_subject":")" + filter +
                            R"(","ack_policy":"explicit"}})");
  }

  // Makes a consumer of tickets deliver to a subject.
  std::string push_to(const std::string& to) {
    const std::string name = "tickets-order_cancelled";
    user("tickets").ask("$JS.API.CONSUMER.DELETE.EVENTS." + name);
    return user("tickets").ask(
        "$JS.API.CONSUMER.CREATE.EVENTS." + name + ".order.cancelled",
        fmt::format(R"({{"stream_name":"EVENTS","config":{{"durable_name":"{0}","name":"{0}",)"
                    R"("filter_subject":"order.cancelled","deliver_subject":"{1}",)"
                    R"("ack_policy":"none"}}}})",
                    name, to));
  }
  static bus::Event event(const std::string& id, const std::string& subject) {
    return {.id = id,
            .subject = subject,
            .source = owner_of(subject),
            .payload = "{}",
            .context = {},
            .time = {}};
  }
  bool stored_as(const std::string& subject) {
    return operator_.ask("$JS.API.STREAM.MSG.GET.EVENTS", R"({"last_by_subj":")" + subject + "\"}")
               .find("\"seq\"") != std::string::npos;
  }
  static bool wait_until(const std::function<bool()>& met) {
    for (int i = 0; i < 1'000; ++i) {
      if (met()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return false;
  }
  // The ids of what a listener has heard once there were `count` of them, or after a while.
  std::vector<std::string> heard_by(const std::string& service, const std::string& subject,
                                    std::size_t count) {
    asio::io_context io;
    SystemClock clock;
    SystemTimers timers;
    std::vector<std::string> ids;
    bus::JetStreamBus bus(
        io.get_executor(), clock, timers,
        {.url = server_.url(service), .name = service, .declares_streams = false});
    bus.subscribe({.consumer = service, .subject = subject, .handler = [&ids](bus::Event event) {
                     return note(ids, std::move(event));
                   }});
    bus.start();
    EXPECT_TRUE(wait_until([&] {
      io.restart();
      io.run_for(std::chrono::milliseconds{10});
      return ids.size() >= count;
    }));
    run_task(io, bus.stop());
    return ids;
  }
  static Task<bus::Verdict> note(std::vector<std::string>& ids, bus::Event event) {
    ids.push_back(event.id);
    co_return bus::Verdict::done;
  }

  servers::NatsServer server_{{.has_users = true}};
  User operator_{server_, "operator"};
  std::map<std::string, std::unique_ptr<User>> users_;
};

TEST_F(BusPermissions, AnEventIsAcceptedOnlyFromItsOwner) {
  for (const std::string& subject : stream_settings().subjects) {
    for (const std::string& service : services) {
      EXPECT_EQ(user(service).can_store(subject), service == owner_of(subject))
          << service << " sends " << subject;
    }
  }
}

TEST_F(BusPermissions, TicketsCannotForgeAPaymentInAnyWay) {
  User& tickets = user("tickets");
  EXPECT_FALSE(tickets.can_store("payment.created"));
  // A stream that renames what it stores, or forwards it.
  EXPECT_EQ(tickets.ask("$JS.API.STREAM.UPDATE.EVENTS",
                        R"({"name":"EVENTS","subjects":["ticket.>"],"republish":)"
                        R"({"src":"ticket.created","dest":"payment.created"}})"),
            "");
  EXPECT_EQ(tickets.ask("$JS.API.STREAM.CREATE.OTHER",
                        R"({"name":"OTHER","sources":[{"name":"EVENTS"}]})"),
            "");
  EXPECT_EQ(tickets.ask("$JS.API.STREAM.DELETE.EVENTS"), "");
  EXPECT_EQ(tickets.ask("$JS.API.STREAM.PURGE.EVENTS"), "");
  // The server answers on any subject; its answer there is no event.
  EXPECT_EQ(make_consumer("tickets", "tickets-x", "order.created", "order.created"), "");
}

TEST_F(BusPermissions, AServiceHasItsOwnConsumersAndNoOthers) {
  const std::string name = "tickets-order_created";
  EXPECT_THAT(make_consumer("tickets", name, "order.created", "order.created"),
              testing::HasSubstr("\"created\""));
  EXPECT_THAT(make_consumer("tickets", name, "order.created", "payment.created"),
              testing::HasSubstr("\"error\""));
  EXPECT_EQ(make_consumer("tickets", name, "payment.created", "payment.created"), "");
  EXPECT_THAT(user("tickets").ask("$JS.API.CONSUMER.CREATE.EVENTS." + name + ".order.created",
                                  R"({"stream_name":"EVENTS","config":{"durable_name":")" + name +
                                      R"(","name":")" + name +
                                      R"(","filter_subjects":["payment.created"]}})"),
              testing::HasSubstr("\"error\""));
  EXPECT_THAT(user("tickets").ask("$JS.API.CONSUMER.INFO.EVENTS." + name),
              testing::HasSubstr(name));
  for (const std::string& other : all_but("tickets")) {
    for (const char* verb : {"INFO", "DELETE", "MSG.NEXT"}) {
      EXPECT_EQ(user(other).ask(std::string("$JS.API.CONSUMER.") + verb + ".EVENTS." + name), "")
          << other << " " << verb;
    }
  }
}

TEST_F(BusPermissions, DeadLettersAreSentUnderTheOwnNameAndReadByOperatorsAlone) {
  EXPECT_TRUE(user("tickets").can_store("dead.tickets.order.created"));
  EXPECT_FALSE(user("tickets").can_store("dead.orders.payment.created"));
  EXPECT_FALSE(user("tickets").can_store("dead.tickets.payment.created"));
  EXPECT_EQ(user("tickets").ask("$JS.API.DIRECT.GET.DEAD_LETTERS", R"({"seq":1})"), "");
  EXPECT_EQ(user("tickets").ask("$JS.API.STREAM.MSG.DELETE.DEAD_LETTERS", R"({"seq":1})"), "");
  EXPECT_NE(operator_.ask("$JS.API.DIRECT.GET.DEAD_LETTERS", R"({"seq":1})"), "");
}

TEST_F(BusPermissions, NoServiceMakesChangesOrEmptiesAStream) {
  for (const std::string& service : services) {
    for (const std::string& stream : {event_stream, dead_letter_stream, std::string("OTHER")}) {
      for (const char* verb : {"CREATE", "UPDATE", "DELETE", "PURGE", "RESTORE", "MSG.DELETE"}) {
        const std::string subject = std::string("$JS.API.STREAM.") + verb + "." + stream;
        EXPECT_EQ(user(service).ask(subject, "{}"), "") << service << " " << subject;
      }
    }
    EXPECT_NE(user(service).ask("$JS.API.STREAM.INFO.EVENTS"), "") << service;
  }
}

TEST_F(BusPermissions, TheUserThatMakesStreamsErasesWhatIsOfADeletedAccount) {
  for (const char* subject : {"user.created", "user.erased"}) {
    bus::Event of_ann = event(subject, subject);
    of_ann.payload = R"({"id":"ann"})";
    user("auth").send(of_ann);
  }
  ASSERT_TRUE(wait_until([&] { return stored_as("user.erased"); }));
  ASSERT_TRUE(user("notifications").can_store("dead.notifications.user.created"));
  bus::MessageEraser eraser(server_.url("streams"), "", "streams");
  EXPECT_EQ(eraser.erase(contracts::subjects_with_addresses(), "\"ann\""), 1U);
  EXPECT_FALSE(stored_as("user.created"));
  EXPECT_EQ(heard_by("streams", "user.erased", 1), std::vector<std::string>{"user.erased"});
}

TEST_F(BusPermissions, TheUserThatMakesStreamsPublishesNothingAndDropsNoStream) {
  User streams(server_, "streams");
  bus::JetStreamSettings changed = stream_settings();
  changed.stream_bytes_max = 1 << 29;
  bus::declare_event_stream(streams.js(), changed);
  bus::declare_dead_letter_stream(streams.js(), changed);
  for (const std::string& subject : stream_settings().subjects) {
    EXPECT_FALSE(streams.can_store(subject)) << subject;
  }
  EXPECT_FALSE(streams.can_store("dead.tickets.order.created"));
  for (const char* verb : {"DELETE", "PURGE", "MSG.GET"}) {
    EXPECT_EQ(streams.ask(std::string("$JS.API.STREAM.") + verb + ".EVENTS", "{}"), "") << verb;
  }
  EXPECT_EQ(streams.ask("$JS.API.CONSUMER.CREATE.EVENTS.x.order.created", "{}"), "");
  EXPECT_EQ(streams.ask("$JS.API.STREAM.CREATE.OTHER", "{}"), "");
}

// The server sends answers and deliveries wherever the service asks, and checks no permission for
// that. A delivery keeps its subject there. An answer becomes a message, which listeners refuse.
TEST_F(BusPermissions, WhatTheServerSendsToTheSubjectOfAnotherServiceIsNoEvent) {
  const std::string name = "tickets-order_cancelled";
  make_consumer("tickets", name, "order.cancelled", "order.cancelled");
  user("orders").send(event("e1", "order.cancelled"));
  ASSERT_TRUE(wait_until([&] { return stored_as("order.cancelled"); }));
  user("tickets").ask_to("order.completed", "$JS.API.CONSUMER.MSG.NEXT.EVENTS." + name);
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  EXPECT_FALSE(stored_as("order.completed"));
  user("tickets").ask_to("order.completed", "ticket.created");
  ASSERT_TRUE(wait_until([&] { return stored_as("order.completed"); }));
  user("orders").send(event("e2", "order.completed"));
  EXPECT_EQ(heard_by("expiration", "order.completed", 1), std::vector<std::string>{"e2"});
}

TEST_F(BusPermissions, AConsumerCannotDeliverIntoAStreamOrToTheServer) {
  ASSERT_TRUE(user("orders").can_store("order.cancelled"));
  for (const char* to : {"order.completed", "payment.created"}) {
    EXPECT_THAT(push_to(to), testing::HasSubstr("forms a cycle")) << to;
  }
  for (const char* to : {"dead.orders.payment.created", "$JS.API.STREAM.PURGE.EVENTS",
                         "$JS.API.STREAM.DELETE.DEAD_LETTERS"}) {
    push_to(to);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds{300});
  EXPECT_THAT(operator_.ask("$JS.API.STREAM.INFO.EVENTS"), testing::HasSubstr("\"messages\":1,"));
  EXPECT_THAT(operator_.ask("$JS.API.STREAM.INFO.DEAD_LETTERS"),
              testing::HasSubstr("\"messages\":0,"));
}

TEST_F(BusPermissions, WhatIsSentToAnotherIsNotReceived) {
  EXPECT_TRUE(user("tickets").can_hear("ticket.created", "ticket.created", user("tickets")));
  EXPECT_FALSE(user("tickets").can_hear("payment.created", "payment.created", user("payments")));
  EXPECT_FALSE(user("tickets").can_hear(">", "order.created", user("orders")));
  EXPECT_FALSE(user("tickets").can_hear("_INBOX.>", "_INBOX.orders.x", operator_));
  EXPECT_TRUE(user("tickets").can_hear("_INBOX.tickets.x", "_INBOX.tickets.x", operator_));
}

}  // namespace
}  // namespace ticketing::system
