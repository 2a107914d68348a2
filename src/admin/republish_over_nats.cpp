#include "admin/republish_over_nats.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <vector>

#include "admin/operator_client.hpp"
#include "common/async/timers.hpp"
#include "common/base/config.hpp"
#include "common/bus/event_source.hpp"
#include "common/bus/jetstream/jetstream_bus.hpp"

namespace ticketing::admin {
namespace {

constexpr std::chrono::seconds answer_limit{15};
constexpr std::chrono::minutes silence_limit{2};
constexpr Milliseconds look_interval{50};

using Tell = std::function<void(const bus::RepublishProgress&)>;

class Conversation {
 public:
  Conversation(const bus::RepublishRequested& wanted, const Tell& tell)
      : wanted_(wanted), tell_(tell) {
    Environment environment;
    const std::string url = environment.text("NATS_URL", default_nats_url);
    bus_ = bus::make_jetstream_bus(io_.get_executor(), clock_, timers_,
                                   {.url = url,
                                    .name = "operator",
                                    .ca_file = environment.file_path("STORES_CA_FILE"),
                                    .declares_streams = false,
                                    .subjects = {std::string(bus::RepublishRequested::subject)}});
    environment.check();
    bus_->observe(std::string(bus::RepublishProgress::subject),
                  [this](const bus::Event& event) { take(event); });
  }

  void run() {
    std::exception_ptr failure;
    bus_->start();
    asio::co_spawn(io_, ask_and_follow(), [&](std::exception_ptr error) { failure = error; });
    io_.run();
    if (failure) std::rethrow_exception(failure);
  }

 private:
  void take(const bus::Event& event) {
    const auto progress = bus::decode_republish_progress(event.payload);
    if (!progress) return;
    if (progress->request_id == request_id_) run_id_ = progress->id;
    if (run_id_.empty() || progress->id != run_id_) return;
    told_at_ = clock_.steady_now();
    is_done_ = progress->status == "done";
    tell_(*progress);
  }

  Task<> ask_and_follow() {
    std::exception_ptr failure;
    try {
      co_await wait_for([this] { return bus_->is_ready(); }, answer_limit,
                        "NATS does not answer, or has no stream of events yet");
      const bus::Event request = bus::EventSource("operator", ids_, clock_).make(wanted_);
      request_id_ = request.id;
      co_await bus_->publish(request);
      co_await wait_for(
          [this] { return !run_id_.empty(); }, answer_limit,
          fmt::format("no service {} has answered: is this the name of a service that publishes "
                      "events, and is it running?",
                      wanted_.service.value_or("")));
      while (!is_done_) {
        co_await timers_.sleep_for(look_interval);
        if (clock_.steady_now() < told_at_ + silence_limit) continue;
        throw std::runtime_error(
            "the service has told of no progress for two minutes; it goes on by itself when it, "
            "its "
            "database and NATS are available");
      }
    } catch (...) {
      failure = std::current_exception();
    }
    co_await bus_->stop();
    if (failure) std::rethrow_exception(failure);
  }

  template <class Met>
  Task<> wait_for(Met met, std::chrono::seconds limit, std::string otherwise) {
    const SteadyTime end = clock_.steady_now() + limit;
    while (!met()) {
      if (clock_.steady_now() >= end) throw std::runtime_error(otherwise);
      co_await timers_.sleep_for(look_interval);
    }
  }

  const bus::RepublishRequested& wanted_;
  const Tell& tell_;
  asio::io_context io_{1};
  SystemClock clock_;
  SystemTimers timers_;
  SystemRandom random_;
  IdGenerator ids_{clock_, random_};
  std::unique_ptr<bus::EventBus> bus_;
  std::string request_id_;
  std::string run_id_;
  SteadyTime told_at_{};
  bool is_done_ = false;
};

}  // namespace

void republish_over_nats(const bus::RepublishRequested& wanted, const Tell& tell) {
  Conversation(wanted, tell).run();
}

}  // namespace ticketing::admin
