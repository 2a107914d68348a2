#include "common/base/span.hpp"

#include <gtest/gtest.h>

namespace ticketing::trace {
namespace {

class Spans : public testing::Test, public SpanSink {
 public:
  ~Spans() override { record_spans(nullptr); }

 protected:
  void take(SpanRecord record) override { taken_.push_back(std::move(record)); }

  static Context parent(bool sampled) {
    Context context = read_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "");
    context.sampled = sampled;
    return context;
  }
  // How many of 1,000 new traces are sampled.
  static int sampled_of_new() {
    int count = 0;
    for (int i = 0; i < 1000; ++i) count += next_context({}).sampled ? 1 : 0;
    return count;
  }

  std::vector<SpanRecord> taken_;
};

TEST_F(Spans, AreNotRecordedWithoutASink) {
  Span span(SpanKind::server, parent(true));
  EXPECT_EQ(span.record(), nullptr);
  EXPECT_EQ(span.context().trace_id, parent(true).trace_id);
  EXPECT_TRUE(span.context().sampled);  // the caller's decision: others may record it
  EXPECT_EQ(sampled_of_new(), 0);
}

TEST_F(Spans, AreHandedOverOnceWithTheirParent) {
  record_spans(this);
  Span span(SpanKind::consumer, parent(true));
  ASSERT_NE(span.record(), nullptr);
  span.record()->name = "process note.created";
  span.end();
  span.end();
  ASSERT_EQ(taken_.size(), 1U);
  EXPECT_EQ(taken_[0].name, "process note.created");
  EXPECT_EQ(taken_[0].parent, parent(true).span_id);
  EXPECT_NE(taken_[0].context.span_id, parent(true).span_id);
  EXPECT_GT(taken_[0].start_nanoseconds, 1'700'000'000'000'000'000);
  EXPECT_GE(taken_[0].end_nanoseconds, taken_[0].start_nanoseconds);
}

TEST_F(Spans, CanBeDiscarded) {
  record_spans(this);
  Span span(SpanKind::server, {});
  span.discard();
  span.end();
  EXPECT_TRUE(taken_.empty());
}

TEST_F(Spans, FollowTheDecisionThatTheirTraceCameWith) {
  record_spans(this, {.ratio = 0});
  EXPECT_TRUE(next_context(parent(true)).sampled);
  record_spans(this, {.ratio = 1});
  EXPECT_FALSE(next_context(parent(false)).sampled);
  record_spans(this, {.ratio = 1, .follows_parent = false});
  EXPECT_TRUE(next_context(parent(false)).sampled);
}

TEST_F(Spans, AreSampledByTheirTraceAtTheGivenRatio) {
  record_spans(this, {.ratio = 0});
  EXPECT_EQ(sampled_of_new(), 0);
  record_spans(this, {.ratio = 1});
  EXPECT_EQ(sampled_of_new(), 1000);
  record_spans(this, {.ratio = 0.25});
  EXPECT_NEAR(sampled_of_new(), 250, 100);
  // All services make the same decision about one trace.
  record_spans(this, {.ratio = 0.25, .follows_parent = false});
  const bool decided = next_context(parent(false)).sampled;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(next_context(parent(false)).sampled, decided);
}

}  // namespace
}  // namespace ticketing::trace
