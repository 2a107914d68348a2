// What every adapter of the bus port promises, as one suite. Include it in an adapter's test
// program and instantiate EventBusContract.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "common/async/signal.hpp"
#include "common/base/exceptions.hpp"
#include "common/bus/delivery_policy.hpp"
#include "common/bus/event_bus.hpp"
#include "common/bus/test_listener.hpp"
#include "common/db/test_database.hpp"

namespace ticketing::bus {

// A bus with nothing on it, and what it needs to live.
class TestBus {
 public:
  virtual ~TestBus() = default;
  virtual EventBus& bus() = 0;
};

struct TestBusMaker {
  std::string name;
  std::function<std::unique_ptr<TestBus>(const Executor&, const DeliveryPolicy&)> make;
};

// As in the system, with shorter pauses and fewer attempts.
inline DeliveryPolicy quick_delivery_policy() {
  constexpr Backoff pauses{.shortest = Milliseconds{5}, .longest = Milliseconds{20}};
  return {.failed = pauses,
          .failures_max = 3,
          .unavailable = pauses,
          .early = pauses,
          .early_total = Milliseconds{100}};
}

inline void PrintTo(const TestBusMaker& maker, std::ostream* out) { *out << maker.name; }

class EventBusContract : public testing::TestWithParam<TestBusMaker> {
 protected:
  EventBusContract()
      : made_(GetParam().make(io_.get_executor(), quick_delivery_policy())), bus_(made_->bus()) {}

  void subscribe(const std::string& consumer, const std::string& subject, Recorder& listener) {
    bus_.subscribe({.consumer = consumer,
                    .subject = subject,
                    .handler = [&listener](const Event& event) { return listener.hear(event); }});
  }
  // Publishes, and waits until `met` or for ten seconds.
  void publish(const std::vector<Event>& events, const std::function<bool()>& met) {
    run_task(io_, publish_all(bus_, io_.get_executor(), events, met));
    EXPECT_TRUE(met());
  }
  static Task<> publish_all(EventBus& bus, Executor executor, std::vector<Event> events,
                            std::function<bool()> met) {
    bus.start();
    co_await wait_until(executor, [&bus] { return bus.is_ready(); });
    for (const Event& event : events) co_await bus.publish(event);
    co_await wait_until(executor, std::move(met));
    co_await bus.stop();
  }
  void expect_dead_letter(int calls_min, int calls_max) {
    const DeliveryCounts counts = bus_.counts().at(0);
    EXPECT_EQ(counts.dead_letters, 1u);
    EXPECT_EQ(counts.delivered, 0u);
    EXPECT_GE(calls_, calls_min);
    EXPECT_LE(calls_, calls_max);
  }
  // Notes the calls; `end` says how the one with this number ends.
  void subscribe_counted(std::function<Verdict(int call)> end) {
    bus_.subscribe({.consumer = "notes",
                    .subject = "contract.created",
                    .handler = [this, end = std::move(end)](const Event&) {
                      return end_call(end, ++calls_);
                    }});
  }
  static Task<Verdict> end_call(std::function<Verdict(int call)> end, int call) {
    co_return end(call);
  }
  static Task<Verdict> pass_when_pending(const EventBus& bus) {
    if (bus.counts().at(0).pending == 0) throw Unavailable("the event is not counted yet");
    co_return Verdict::done;
  }
  static Task<Verdict> note_context(trace::Context& seen) {
    seen = trace::current();
    co_return Verdict::done;
  }
  static Task<> wait_until(Executor executor, std::function<bool()> met) {
    Signal never(executor);
    for (int i = 0; i < 1000 && !met(); ++i) co_await never.wait_for(Milliseconds{10});
  }

  asio::io_context io_;
  int calls_ = 0;
  std::unique_ptr<TestBus> made_;
  EventBus& bus_;
};

TEST_P(EventBusContract, every_consumer_of_a_subject_gets_the_event_as_it_was) {
  Recorder notes;
  Recorder papers;
  subscribe("notes", "contract.created", notes);
  subscribe("papers", "contract.created", papers);
  const Event event = test_event("e1", "contract.created");
  publish({event}, [&] { return notes.heard("e1", 1) && papers.heard("e1", 1); });
  EXPECT_EQ(notes.payloads["e1"], event.payload);
  EXPECT_EQ(papers.payloads["e1"], event.payload);
}

TEST_P(EventBusContract, other_subjects_are_not_delivered) {
  Recorder created;
  Recorder updated;
  subscribe("created", "contract.created", created);
  subscribe("updated", "contract.updated", updated);
  publish({test_event("e1", "contract.updated"), test_event("e2", "contract.created")},
          [&] { return created.heard("e2", 1) && updated.heard("e1", 1); });
  EXPECT_FALSE(created.heard("e1", 1));
  EXPECT_FALSE(updated.heard("e2", 1));
}

TEST_P(EventBusContract, an_event_whose_handler_threw_comes_again) {
  Recorder listener{.throws_first = 2};
  subscribe("notes", "contract.created", listener);
  publish({test_event("e1", "contract.created")}, [&] { return listener.heard("e1", 3); });
  EXPECT_EQ(listener.calls["e1"], 3);
}

TEST_P(EventBusContract, an_event_to_be_retried_later_comes_again) {
  Recorder listener{.retry_later_first = 2};
  subscribe("notes", "contract.created", listener);
  publish({test_event("e1", "contract.created")}, [&] { return listener.heard("e1", 3); });
}

TEST_P(EventBusContract, an_event_that_failed_too_often_is_a_dead_letter) {
  subscribe_counted([](int) -> Verdict { throw std::runtime_error("not today"); });
  publish({test_event("e1", "contract.created")},
          [&] { return bus_.counts().at(0).dead_letters == 1; });
  expect_dead_letter(3, 3);
  EXPECT_EQ(bus_.counts().at(0).retried, 2u);
}

TEST_P(EventBusContract, a_permanent_failure_is_a_dead_letter_at_once) {
  subscribe_counted([](int) -> Verdict { throw PermanentFailure("not JSON"); });
  publish({test_event("e1", "contract.created")},
          [&] { return bus_.counts().at(0).dead_letters == 1; });
  expect_dead_letter(1, 1);
  EXPECT_EQ(bus_.counts().at(0).retried, 0u);
}

TEST_P(EventBusContract, an_event_whose_predecessor_never_comes_is_a_dead_letter) {
  subscribe_counted([](int) { return Verdict::retry_later; });
  publish({test_event("e1", "contract.created")},
          [&] { return bus_.counts().at(0).dead_letters == 1; });
  // Pauses of 5, 10, 20, 20 … ms reach 100 ms with the seventh; a busy machine makes them longer.
  expect_dead_letter(2, 8);
}

TEST_P(EventBusContract, an_outage_uses_up_no_failures_and_makes_no_dead_letter) {
  subscribe_counted([](int call) {
    if (call == 1 || call == 12) throw std::runtime_error("not today");
    if (call == 6) throw OutcomeUnknown("the connection was lost");
    if (call <= 13) throw Unavailable("the database is away");
    return Verdict::done;
  });
  publish({test_event("e1", "contract.created")},
          [&] { return bus_.counts().at(0).delivered == 1; });
  EXPECT_EQ(calls_, 14);
  EXPECT_EQ(bus_.counts().at(0).retried, 13u);
  EXPECT_EQ(bus_.counts().at(0).dead_letters, 0u);
}

TEST_P(EventBusContract, an_observer_sees_every_event_of_its_subject) {
  Recorder listener;
  std::set<std::string> seen;
  subscribe("notes", "contract.created", listener);
  bus_.observe("contract.created", [&seen](const Event& event) { seen.insert(event.id); });
  publish({test_event("e1", "contract.created"), test_event("e2", "contract.created")},
          [&] { return seen.size() == 2 && listener.heard("e2", 1); });
}

TEST_P(EventBusContract, it_counts_what_became_of_the_deliveries) {
  Recorder listener{.throws_first = 1, .retry_later_first = 1};
  subscribe("notes", "contract.created", listener);
  publish({test_event("e1", "contract.created")},
          [&] { return bus_.counts().at(0).delivered == 1; });
  const DeliveryCounts counts = bus_.counts().at(0);
  EXPECT_EQ(counts.consumer, "notes");
  EXPECT_EQ(counts.subject, "contract.created");
  EXPECT_EQ(counts.retried, 1u);
  EXPECT_EQ(counts.retry_later, 1u);
  EXPECT_EQ(counts.dead_letters, 0u);
}

TEST_P(EventBusContract, a_listener_runs_in_the_trace_of_its_event) {
  trace::Context seen;
  bus_.subscribe({.consumer = "notes",
                  .subject = "contract.created",
                  .handler = [&seen](const Event&) { return note_context(seen); }});
  Event event = test_event("e1", "contract.created");
  event.context = trace::read_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                                      "request-0001");
  publish({event}, [&] { return bus_.counts().at(0).delivered == 1; });
  EXPECT_EQ(seen.trace_id, event.context.trace_id);
  EXPECT_NE(seen.span_id, event.context.span_id);  // a part of its own
  EXPECT_EQ(seen.request_id(), "request-0001");
}

TEST_P(EventBusContract, it_tells_how_many_events_a_listener_has_not_settled) {
  bus_.subscribe({.consumer = "notes",
                  .subject = "contract.created",
                  .handler = [this](const Event&) { return pass_when_pending(bus_); }});
  publish({test_event("e1", "contract.created")}, [&] {
    const DeliveryCounts counts = bus_.counts().at(0);
    return counts.delivered == 1 && counts.pending == 0;
  });
}

TEST_P(EventBusContract, it_is_ready_between_start_and_stop) {
  EXPECT_FALSE(bus_.is_ready());
  bus_.start();
  run_task(io_, wait_until(io_.get_executor(), [this] { return bus_.is_ready(); }));
  EXPECT_TRUE(bus_.is_ready());
  run_task(io_, bus_.stop());
  EXPECT_FALSE(bus_.is_ready());
}

}  // namespace ticketing::bus
