// One purchase is one trace: in the log of every service that it concerns, and at a collector.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <set>
#include <sstream>

#include "fixtures/test_collector.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using fixtures::TestCollector;
using testing::IsSupersetOf;

const std::string trace_id = "0af7651916cd43dd8448eb211c80319c";
const std::string caller_span = "b7ad6b7169203331";
const std::string request_id = "purchase-of-ada";
const std::string proxy_key = "the key of this test's proxy";

// "orders process payment.created" of every span.
std::set<std::string> names_of(const std::vector<TestCollector::Span>& spans) {
  std::set<std::string> names;
  for (const auto& span : spans) names.insert(span.service + " " + span.name);
  return names;
}

// A proxy names requests itself: each then has a name of its own.
bool is_name(const System& system, const std::string& text) {
  return system.parts().size() == 1 ? text == request_id : text.size() == 32;
}

// "orders request POST /api/orders" or "tickets event order.created" of the lines with both ids.
std::set<std::string> logged(const System& system) {
  std::set<std::string> found;
  std::istringstream log(system.log());
  for (std::string line; std::getline(log, line);) {
    if (!line.starts_with('{')) continue;
    const auto value = boost::json::parse(line);
    if (text_at(value, "trace_id") != trace_id) continue;
    if (!is_name(system, text_at(value, "request_id"))) continue;
    if (text_at(value, "message") == "request")
      found.insert("request " + text_at(value, "method") + " " + text_at(value, "route"));
    if (text_at(value, "message") == "event handled")
      found.insert(text_at(value, "consumer") + " " + text_at(value, "subject"));
  }
  return found;
}

class Trace : public testing::Test {
 protected:
  std::string buy() {
    const std::string ticket = seller_->list_ticket();
    const std::string order = buyer_->reserve(ticket);
    buyer_->buy(order);
    return order;
  }
  std::string metrics(const std::string& service) {
    return HttpClient(
               [&](std::string_view) { return port_of_service(marketplace_.system(), service); })
        .get("/metrics")
        .body;
  }

  TestCollector collector_;
  Marketplace marketplace_{{{"OTEL_EXPORTER_OTLP_ENDPOINT", collector_.url()},
                            {"OTEL_BSP_SCHEDULE_DELAY", "50"},
                            {"TRUSTED_PROXY_KEY", proxy_key},
                            {"LOG_LEVEL", "debug"}}};
  std::unique_ptr<Person> seller_ = marketplace_.person();
  std::unique_ptr<Person> buyer_ = marketplace_.person();
};

TEST_F(Trace, OfOnePurchaseIsInEveryServiceAndCostsNothingWhenTheCollectorFails) {
  buyer_->http.add_header("traceparent", "00-" + trace_id + "-" + caller_span + "-01");
  buyer_->http.add_header("X-Request-Id", request_id);
  buyer_->http.add_header("X-Proxy-Key", proxy_key);
  buy();

  const std::vector<std::string> spans{
      "orders POST /api/orders",           "tickets process order.created",
      "expiration process order.created",  "payments process order.created",
      "payments POST /api/payments",       "orders process payment.created",
      "tickets process order.completed",   "payments process order.completed",
      "expiration process order.completed"};
  std::vector<TestCollector::Span> found;
  std::set<std::string> ids;
  // A part may come before the whole that it is a part of.
  const auto complete = [&] {
    found = collector_.spans_of(trace_id);
    const auto names = names_of(found);
    ids = {caller_span};
    for (const auto& span : found) ids.insert(span.span_id);
    return std::ranges::all_of(spans, [&](const auto& name) { return names.contains(name); }) &&
           std::ranges::all_of(found,
                               [&](const auto& span) { return ids.contains(span.parent_id); });
  };
  wait_until(complete, patient(std::chrono::seconds{30}));
  EXPECT_THAT(names_of(found), IsSupersetOf(spans));
  EXPECT_EQ(ids.size(), found.size() + 1);
  for (const auto& span : found) {
    EXPECT_TRUE(ids.contains(span.parent_id)) << span.service << " " << span.name;
    EXPECT_FALSE(span.failed) << span.name;
    EXPECT_TRUE(is_name(marketplace_.system(), span.attributes.at("ticketing.request_id")));
    EXPECT_GT(span.nanoseconds, 0);
  }
  const std::set<std::string> lines{"request POST /api/orders", "request POST /api/payments",
                                    "tickets order.created",    "expiration order.created",
                                    "payments order.created",   "orders payment.created",
                                    "tickets order.completed",  "payments order.completed"};
  wait_until([&] { return std::ranges::includes(logged(marketplace_.system()), lines); },
             patient(std::chrono::seconds{30}));
  EXPECT_THAT(logged(marketplace_.system()), IsSupersetOf(lines));
  // What others asked for is in other traces, and probes are in none.
  for (const auto& span : collector_.spans())
    EXPECT_EQ(span.name.find("/healthz"), std::string::npos);

  // A collector that refuses, and one that does not answer: the requests take no longer.
  for (const int status : {503, 200}) {
    collector_.answer_with(status);
    if (status == 200) collector_.answer_after(Milliseconds{60'000});
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(buyer_->http.get("/api/tickets").status, 200);
    EXPECT_LT(since(begun), patient(std::chrono::seconds{3}));
    buy();
  }
  const auto dropped = [&] {
    return metrics("orders").find("trace_spans_total{result=\"not_delivered\"} ") !=
               std::string::npos &&
           metrics("orders").find("trace_spans_total{result=\"not_delivered\"} 0") ==
               std::string::npos;
  };
  EXPECT_TRUE(wait_until(dropped, patient(std::chrono::seconds{20}))) << metrics("orders");
}

}  // namespace
}  // namespace ticketing::system
