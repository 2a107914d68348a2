// Sends spans to a collector by OTLP/HTTP, in batches, beside the requests. What the collector does
// not take in time is dropped and counted: no request waits for it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/async/group.hpp"
#include "common/async/signal.hpp"
#include "common/async/worker_pool.hpp"
#include "common/base/span.hpp"
#include "common/http/client.hpp"
#include "common/tracing/otlp_json.hpp"
#include "common/tracing/settings.hpp"

namespace ticketing::tracing {

enum class Outcome {
  exported,
  queue_full,     // dropped: more than the collector takes
  not_delivered,  // dropped: the collector is away, slow or refuses them
};
inline constexpr Outcome outcomes[] = {Outcome::exported, Outcome::queue_full,
                                       Outcome::not_delivered};
std::string_view to_string(Outcome outcome);

class Exporter final : public trace::SpanSink {
 public:
  static constexpr std::size_t queue_max = 2'048;
  static constexpr std::size_t batch_max = 512;
  static constexpr int attempts_max = 3;
  static constexpr Milliseconds call_timeout{2'000};

  // Called with what became of spans; must not throw.
  using Observer = std::function<void(Outcome outcome, std::size_t spans)>;

  // Throws ConfigError when the file of the authorities cannot be read.
  Exporter(const Executor& executor, Settings settings, Resource resource, Observer observe);
  ~Exporter() override;

  // From here on spans of this process are recorded.
  void start();
  // Sends what is left, each batch once, until one is not taken.
  Task<> stop();
  void take(trace::SpanRecord record) override;

 private:
  Task<> run();
  Task<> deliver(std::vector<trace::SpanRecord> batch);
  // Why the batch was not taken; empty when it was. `again` says whether another call may help.
  Task<std::string> send(std::string body, bool& again);
  void note(Outcome outcome, std::size_t spans, const std::string& reason = {});

  const Settings settings_;
  const Resource resource_;
  Observer observe_;
  std::unique_ptr<http::Client> client_;
  WorkerPool encoder_;
  TaskGroup running_;
  Signal wake_;
  std::vector<trace::SpanRecord> queue_;
  bool stopping_ = false;
  bool delivers_ = true;  // the last batch was taken
};

}  // namespace ticketing::tracing
