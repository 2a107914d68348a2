#include "common/tracing/exporter.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>

#include "common/base/exceptions.hpp"
#include "fixtures/patience.hpp"
#include "fixtures/test_collector.hpp"

namespace ticketing::tracing {
namespace {

class ExporterTest : public testing::Test {
 protected:
  void start(const std::string& endpoint, Pairs headers = {}) {
    exporter_.emplace(
        io_.get_executor(),
        Settings{.traces_url = endpoint + "/v1/traces",
                 .headers = std::move(headers),
                 .batch_delay = Milliseconds{10}},
        Resource{.process = "tests", .version = "1", .service_name = "", .attributes = {}},
        [this](Outcome outcome, std::size_t spans) { counts_[outcome] += spans; });
    exporter_->start();
  }
  // As requests do: ends that many spans, and takes no notice of what becomes of them.
  static void end_spans(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      trace::Span span(trace::SpanKind::server, {});
      if (span.record() != nullptr) span.record()->name = "GET /things";
      span.end();
    }
  }
  template <class Condition>
  bool run_until(Condition condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (!condition() && std::chrono::steady_clock::now() < limit) {
      io_.run_one_for(Milliseconds{20});
    }
    return condition();
  }
  void stop() {
    bool stopped = false;
    const auto end = [](Exporter& exporter, bool& done) -> Task<> {
      co_await exporter.stop();
      done = true;
    };
    spawn(io_.get_executor(), "stop", end(*exporter_, stopped));
    EXPECT_TRUE(run_until([&] { return stopped; }));
  }
  std::size_t dropped() { return counts_[Outcome::queue_full] + counts_[Outcome::not_delivered]; }

  asio::io_context io_;
  std::map<Outcome, std::size_t> counts_;
  std::optional<Exporter> exporter_;
};

TEST_F(ExporterTest, SendsSpansInBatchesWithItsHeaders) {
  fixtures::TestCollector collector;
  start(collector.url(), {{"api-key", "secret"}});
  end_spans(1'000);
  ASSERT_TRUE(run_until([&] { return collector.spans().size() == 1'000; }));
  EXPECT_LE(collector.calls(), 3);
  EXPECT_EQ(collector.header("api-key"), "secret");
  EXPECT_EQ(collector.spans().front().service, "tests");
  EXPECT_EQ(collector.spans().front().name, "GET /things");
  stop();
  EXPECT_EQ(counts_[Outcome::exported], 1'000U);
  EXPECT_EQ(dropped(), 0U);
}

TEST_F(ExporterTest, SendsWhatIsLeftWhenItStops) {
  fixtures::TestCollector collector;
  start(collector.url());
  end_spans(7);
  stop();
  EXPECT_EQ(collector.spans().size(), 7U);
  end_spans(1);  // nothing is recorded any more
  EXPECT_EQ(counts_[Outcome::exported], 7U);
}

TEST_F(ExporterTest, DropsAndCountsWhatIsMoreThanItsQueue) {
  fixtures::TestCollector collector;
  collector.answer_after(Milliseconds{300});
  start(collector.url());
  const auto before = std::chrono::steady_clock::now();
  end_spans(Exporter::queue_max + 500);
  EXPECT_LT(std::chrono::steady_clock::now() - before, fixtures::patient(std::chrono::seconds{1}));
  EXPECT_EQ(counts_[Outcome::queue_full], 500U);
  ASSERT_TRUE(run_until([&] { return counts_[Outcome::exported] == Exporter::queue_max; }));
  stop();
}

TEST_F(ExporterTest, TriesAgainWhenTheCollectorIsBusy) {
  fixtures::TestCollector collector;
  collector.answer_with(503);
  start(collector.url());
  end_spans(3);
  ASSERT_TRUE(run_until([&] { return collector.calls() == 1; }));
  collector.answer_with(200);
  ASSERT_TRUE(run_until([&] { return counts_[Outcome::exported] == 3; }));
  EXPECT_EQ(collector.spans().size(), 3U);
  EXPECT_EQ(dropped(), 0U);
  stop();
}

TEST_F(ExporterTest, DropsWhatTheCollectorDoesNotTakeAndGoesOn) {
  fixtures::TestCollector collector;
  collector.answer_with(503);
  start(collector.url());
  end_spans(3);
  ASSERT_TRUE(run_until([&] { return counts_[Outcome::not_delivered] == 3; }));
  EXPECT_EQ(collector.calls(), Exporter::attempts_max);
  collector.answer_with(400);  // another call would not help
  end_spans(2);
  ASSERT_TRUE(run_until([&] { return counts_[Outcome::not_delivered] == 5; }));
  EXPECT_EQ(collector.calls(), Exporter::attempts_max + 1);
  collector.answer_with(200);
  end_spans(4);
  ASSERT_TRUE(run_until([&] { return counts_[Outcome::exported] == 4; }));
  stop();
}

TEST_F(ExporterTest, StopsSoonWhenThereIsNoCollector) {
  std::string nowhere;
  {
    const fixtures::TestCollector gone;
    nowhere = gone.url();
  }
  start(nowhere);
  end_spans(Exporter::queue_max);
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before,
            fixtures::patient(3 * Exporter::call_timeout));
  EXPECT_EQ(counts_[Outcome::not_delivered], Exporter::queue_max);
}

TEST_F(ExporterTest, RefusesAuthoritiesThatItCannotRead) {
  EXPECT_THROW(Exporter(io_.get_executor(),
                        Settings{.traces_url = "https://localhost/v1/traces", .ca_file = "/none"},
                        Resource{}, [](Outcome, std::size_t) {}),
               ConfigError);
}

}  // namespace
}  // namespace ticketing::tracing
