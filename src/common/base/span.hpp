// Spans: what one part of a trace did and how long it took. Nothing is recorded until a sink is
// set; then of the traces that the sampling takes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/base/trace_context.hpp"

namespace ticketing::trace {

// The numbers are OTLP's.
enum class SpanKind { server = 2, consumer = 5 };

struct Attribute {
  std::string name;
  std::variant<std::string, std::int64_t> value;
};

struct SpanRecord {
  Context context;
  SpanId parent{};  // all zeros: none
  SpanKind kind = SpanKind::server;
  std::string name;
  std::string service;                 // that did the work: "notes"; empty: the process as a whole
  std::int64_t start_nanoseconds = 0;  // since 1970
  std::int64_t end_nanoseconds = 0;
  std::vector<Attribute> attributes;
  std::string error;  // empty: it did not fail
};

class SpanSink {
 public:
  virtual ~SpanSink() = default;
  // Called where the span ends, on the request's thread: returns at once and does not throw.
  virtual void take(SpanRecord record) = 0;
};

// Which traces are recorded.
struct Sampling {
  double ratio = 1;            // of the traces that begin here, by their ids: the same everywhere
  bool follows_parent = true;  // a trace that came with a decision keeps it
};

// Sets where the spans of this thread go, the one that runs coroutines; nullptr: none are recorded.
void record_spans(SpanSink* sink, Sampling sampling = {});

// The next part of the trace of `parent`; of a new trace when it has none. Keeps its request id.
Context next_context(const Context& parent);

class Span {
 public:
  Span() = default;  // records nothing
  // In next_context(parent).
  Span(SpanKind kind, const Context& parent);

  const Context& context() const { return context_; }
  // Null when nothing is recorded.
  SpanRecord* record() { return record_.get(); }
  // Hands the record over. It ends once.
  void end();
  // Ends it without recording it.
  void discard() { record_.reset(); }

 private:
  Context context_;
  std::unique_ptr<SpanRecord> record_;
};

}  // namespace ticketing::trace
