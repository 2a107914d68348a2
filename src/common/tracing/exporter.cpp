#include "common/tracing/exporter.hpp"

#include <fmt/format.h>

#include <utility>

#include "common/base/backoff.hpp"
#include "common/base/log.hpp"

namespace ticketing::tracing {
namespace {

constexpr Backoff retry_backoff{.shortest = Milliseconds{500}, .longest = Milliseconds{5'000}};

http::ClientSettings client_settings(const Settings& settings) {
  return {.ca_file = settings.ca_file,
          .https_only = false,
          .connect_timeout = Exporter::call_timeout,
          .total_timeout = Exporter::call_timeout,
          .answer_bytes_max = 64 * 1024,
          .calls_max = 1};
}

// As the specification of OTLP/HTTP says.
bool is_worth_another_call(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::exported: return "exported";
    case Outcome::queue_full: return "queue_full";
    case Outcome::not_delivered: return "not_delivered";
  }
  return "";
}

Exporter::Exporter(const Executor& executor, Settings settings, Resource resource, Observer observe)
    : settings_(std::move(settings)),
      resource_(std::move(resource)),
      observe_(std::move(observe)),
      client_(http::make_client(client_settings(settings_))),
      encoder_(1, 1),
      running_(executor, "export of spans"),
      wake_(executor) {}

Exporter::~Exporter() { trace::record_spans(nullptr); }

void Exporter::start() {
  trace::record_spans(this, settings_.sampling);
  running_.spawn(run());
}

Task<> Exporter::stop() {
  trace::record_spans(nullptr);
  stopping_ = true;
  wake_.notify();
  co_await running_.wait_below(1);
}

void Exporter::take(trace::SpanRecord record) {
  if (queue_.size() >= queue_max) return note(Outcome::queue_full, 1);
  queue_.push_back(std::move(record));
  if (queue_.size() == batch_max) wake_.notify();
}

Task<> Exporter::run() {
  for (;;) {
    if (!stopping_) co_await wake_.wait_for(settings_.batch_delay);
    const bool is_last = stopping_;
    while (!queue_.empty()) {
      const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), batch_max));
      std::vector<trace::SpanRecord> batch(std::make_move_iterator(queue_.begin()),
                                           std::make_move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
      co_await deliver(std::move(batch));
      if (stopping_ && !delivers_) {
        note(Outcome::not_delivered, std::exchange(queue_, {}).size());
      }
    }
    if (is_last) co_return;
  }
}

Task<> Exporter::deliver(std::vector<trace::SpanRecord> batch) {
  const std::size_t spans = batch.size();
  const std::string body = co_await encoder_.run<std::string>(
      [this, all = std::move(batch)] { return to_otlp_json(resource_, all); });
  std::string reason;
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    bool again = false;
    reason = co_await send(body, again);
    if (reason.empty() || !again || stopping_) break;
    if (attempt < attempts_max) co_await wake_.wait_for(retry_backoff.after(attempt));
  }
  note(reason.empty() ? Outcome::exported : Outcome::not_delivered, spans, reason);
}

Task<std::string> Exporter::send(std::string body, bool& again) {
  http::Call call{.method = "POST", .url = settings_.traces_url, .headers = {}, .body = body};
  call.headers.add("Content-Type", "application/json");
  for (const auto& [name, value] : settings_.headers) call.headers.add(name, value);
  const http::CallResult answer = co_await client_->call(std::move(call));
  again = !answer || is_worth_another_call(answer->status);
  if (!answer) co_return answer.error().reason;
  if (answer->status >= 200 && answer->status < 300) co_return std::string();
  co_return fmt::format("status {}", answer->status);
}

// One line when the collector fails and one when it is back: the metric has the numbers.
void Exporter::note(Outcome outcome, std::size_t spans, const std::string& reason) {
  if (spans == 0) return;
  observe_(outcome, spans);
  if (outcome == Outcome::queue_full) return;
  const bool before = std::exchange(delivers_, outcome == Outcome::exported);
  if (before == delivers_) return;
  if (delivers_) {
    log::info("the trace collector takes spans again");
  } else {
    log::warn("the trace collector does not take spans; they are dropped", {{"reason", reason}});
  }
}

}  // namespace ticketing::tracing
