#include "common/base/span.hpp"

#include <chrono>
#include <cmath>
#include <utility>

namespace ticketing::trace {
namespace {

thread_local SpanSink* current_sink = nullptr;
thread_local Sampling current_sampling;

// Finer than Clock::now(), and of this process alone, as the time of a log line: nothing is decided
// by it.
std::int64_t nanoseconds_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// As TraceIdRatioBased of OpenTelemetry: all services make the same decision about a trace.
bool is_in_ratio(const TraceId& id, double ratio) {
  if (ratio >= 1) return true;
  std::uint64_t low = 0;
  for (std::size_t i = 8; i < id.size(); ++i) low = low << 8 | id[i];
  return static_cast<double>(low >> 1) < std::ldexp(ratio, 63);
}

bool is_sampled(const Context& parent, const Context& context) {
  const bool keeps = current_sink == nullptr || current_sampling.follows_parent;
  if (parent.has_trace() && keeps) return parent.sampled;
  return current_sink != nullptr && is_in_ratio(context.trace_id, current_sampling.ratio);
}

}  // namespace

void record_spans(SpanSink* sink, Sampling sampling) {
  current_sink = sink;
  current_sampling = sampling;
}

Context next_context(const Context& parent) {
  Context context = parent;
  if (!parent.has_trace()) context.trace_id = new_trace_id();
  context.span_id = new_span_id();
  context.sampled = is_sampled(parent, context);
  return context;
}

Span::Span(SpanKind kind, const Context& parent) : context_(next_context(parent)) {
  if (!context_.sampled || current_sink == nullptr) return;
  record_ = std::make_unique<SpanRecord>();
  record_->context = context_;
  record_->parent = parent.span_id;
  record_->kind = kind;
  record_->start_nanoseconds = nanoseconds_now();
}

void Span::end() {
  const auto record = std::exchange(record_, nullptr);
  if (!record || current_sink == nullptr) return;
  record->end_nanoseconds = nanoseconds_now();
  current_sink->take(std::move(*record));
}

}  // namespace ticketing::trace
