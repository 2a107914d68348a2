#include "common/http/live_feed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/clock.hpp"

namespace ticketing::http {
namespace {

constexpr std::size_t pending_max = 256;
constexpr Milliseconds heartbeat{15'000};

std::string message(std::string_view event_name, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", event_name, data);
}

}  // namespace

LiveFeed::LiveFeed(const Executor& executor, std::string event_name)
    : executor_(executor), event_name_(std::move(event_name)) {}

void LiveFeed::publish(const std::string& topic, const std::string& data) {
  publish(topic, event_name_, data);
}

void LiveFeed::publish(const std::string& topic, std::string_view event_name,
                       const std::string& data) {
  const auto found = watchers_.find(topic);
  if (found == watchers_.end()) return;
  const auto text = std::make_shared<const std::string>(message(event_name, data));
  for (Watcher* watcher : found->second) {
    if (watcher->pending.size() >= pending_max) watcher->cut_off = true;
    if (!watcher->cut_off) watcher->pending.push_back(text);
    watcher->wake.notify();
  }
}

Response LiveFeed::open(const std::string& topic, Audience audience, ReadFirst read_first) {
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.stream.emplace(audience,
                          [this, topic, read_first = std::move(read_first)](StreamWriter& writer) {
                            return run(topic, read_first, writer);
                          });
  return response;
}

Task<> LiveFeed::run(std::string topic, ReadFirst read_first, StreamWriter& writer) {
  Watcher watcher(executor_);
  struct Registration {
    LiveFeed& feed;
    const std::string& topic;
    Watcher* watcher;
    Registration(LiveFeed& f, const std::string& t, Watcher* w) : feed(f), topic(t), watcher(w) {
      feed.watchers_[topic].push_back(watcher);
      ++feed.count_;
    }
    ~Registration() {
      const auto found = feed.watchers_.find(topic);
      std::erase(found->second, watcher);
      if (found->second.empty()) feed.watchers_.erase(found);
      --feed.count_;
    }
  } registration(*this, topic, &watcher);

  std::string first;
  if (read_first) first = co_await read_first();
  co_await writer.write("retry: 2000\n\n" +
                        (first.empty() ? std::string() : message(event_name_, first)));
  while (!writer.closing() && !watcher.cut_off) {
    co_await watcher.wake.wait_for(heartbeat);
    if (watcher.pending.empty() && !watcher.cut_off && !writer.closing())
      co_await writer.write(": \n\n");
    while (!watcher.pending.empty()) {
      const auto text = watcher.pending.front();
      watcher.pending.pop_front();
      co_await writer.write(*text);
    }
  }
}

}  // namespace ticketing::http
