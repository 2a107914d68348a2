// Server-sent events (WHATWG HTML §9.2): sends the changes of a topic to all its watchers. A
// watcher needs a coroutine and a short queue, no thread. One executor only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/async/signal.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

class LiveFeed {
 public:
  // `event_name` is the "event:" of each message.
  LiveFeed(const Executor& executor, std::string event_name);

  bool is_watched(const std::string& topic) const { return watchers_.contains(topic); }
  std::size_t watchers() const { return count_; }

  // Sends `data` (one line of JSON) to all watchers of the topic, as an event with the feed's name
  // or with another. A watcher that is 256 messages behind is disconnected; it connects again and
  // starts from the current state.
  void publish(const std::string& topic, const std::string& data);
  void publish(const std::string& topic, std::string_view event_name, const std::string& data);

  // A response that streams `topic` until the caller disconnects. What `read_first` gives is sent
  // at once, unless it is empty; it is called when the watching has begun, so no change after it is
  // missed. The feed outlives the response.
  using ReadFirst = std::function<Task<std::string>()>;
  Response open(const std::string& topic, Audience audience, ReadFirst read_first = {});

 private:
  struct Watcher {
    explicit Watcher(const Executor& executor) : wake(executor) {}
    Signal wake;
    std::deque<std::shared_ptr<const std::string>> pending;
    bool cut_off = false;
  };
  Task<> run(std::string topic, ReadFirst read_first, StreamWriter& writer);

  Executor executor_;
  std::string event_name_;
  std::unordered_map<std::string, std::vector<Watcher*>> watchers_;
  std::size_t count_ = 0;
};

}  // namespace ticketing::http
