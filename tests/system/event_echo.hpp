// Publishes events that pass through NATS once more, late and in another order: the effects of
// redelivery and of repeated publishing, only all the time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "common/bus/event.hpp"
#include "system/nats_console.hpp"

namespace ticketing::system {

struct EchoSettings {
  int duplicate_percent = 0;              // of the events are echoed
  std::chrono::milliseconds delay_max{};  // each somewhere between now and this
  std::uint64_t seed = 1;
};

class EventEcho {
 public:
  EventEcho(const std::string& url, const EchoSettings& settings);
  ~EventEcho();
  EventEcho(const EventEcho&) = delete;
  EventEcho& operator=(const EventEcho&) = delete;

  // Echoes that are still to come.
  std::int64_t count_waiting();

 private:
  using Clock = std::chrono::steady_clock;

  void listen(const std::string& subject);
  void receive(natsMsg* message);
  void run();

  EchoSettings settings_;
  NatsConsole console_;
  std::vector<natsSubscription*> subscriptions_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<Clock::time_point, bus::Event> waiting_;
  std::mt19937_64 random_;
  std::uint64_t echoes_ = 0;
  std::size_t listening_ = 0;  // subscriptions whose thread has not ended
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ticketing::system
