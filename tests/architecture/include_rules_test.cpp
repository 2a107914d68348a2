// Checks the sources against the rules; shows of each rule that it can fail.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <regex>
#include <set>

#include "architecture/source_rules.hpp"
#include "servers/child_process.hpp"
#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<SourceFile> sources() {
  std::vector<SourceFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(servers::project_folder() / "src")) {
    const auto ending = entry.path().extension();
    if (ending != ".cpp" && ending != ".hpp") continue;
    files.push_back(
        {fs::relative(entry.path(), servers::project_folder()).string(), read(entry.path())});
  }
  return files;
}

std::string report(Faults (*rule)(const SourceFile&)) {
  std::string all;
  for (const SourceFile& file : sources()) {
    for (const std::string& fault : rule(file)) all += fault + "\n";
  }
  return all;
}

TEST(Sources, AreFound) { EXPECT_GT(sources().size(), 100U); }
TEST(Sources, IncludeOnlyWhatTheirRoomMayInclude) { EXPECT_EQ(report(check_includes), ""); }
TEST(Sources, DoNotReachAStoreFromApiOrListeners) {
  EXPECT_EQ(fmt::format("{}", fmt::join(check_reach(sources()), "\n")), "");
}
TEST(Sources, LeaveTheDatabaseToOperations) { EXPECT_EQ(report(check_doors), ""); }
TEST(Sources, LeaveCompareAndSetToTheRuntime) { EXPECT_EQ(report(check_changes), ""); }
TEST(Sources, LeavePausesThatDoubleToBackoff) { EXPECT_EQ(report(check_pauses), ""); }
TEST(Sources, LeaveTheTraceContextToTheCoroutine) { EXPECT_EQ(report(check_trace), ""); }
TEST(Sources, KeepSqlInStores) { EXPECT_EQ(report(check_sql), ""); }
TEST(Sources, ReadColumnsByName) { EXPECT_EQ(report(check_rows), ""); }
TEST(Sources, AskTheSystemOnlyInAdapters) { EXPECT_EQ(report(check_system), ""); }
TEST(Sources, AreShortAndTidy) { EXPECT_EQ(report(check_form), ""); }

TEST(Sources, NameNoAdapterThatAsksTheSystemForNothing) {
  const auto files = sources();
  for (const std::string& place : adapters_to_the_system()) {
    EXPECT_TRUE(std::ranges::any_of(files, [&](const SourceFile& file) {
      return file.path.starts_with(place) && !asks_the_system(file).empty();
    })) << place;
  }
}

TEST(SystemRule, NamesWhatToUseInstead) {
  EXPECT_THAT(
      check_system({"src/orders/operations.cpp",
                    "auto a = std::chrono::steady_clock::now();\n"
                    "std::thread b;\n// std::thread\n"}),
      ElementsAre(testing::AllOf(HasSubstr("operations.cpp:1"), HasSubstr("platform's Clock")),
                  testing::AllOf(HasSubstr("operations.cpp:2"), HasSubstr("WorkerPool"))));
  EXPECT_THAT(check_system({"src/orders/operations.cpp", "asio::steady_timer wait;"}),
              ElementsAre(HasSubstr("Timers")));
  EXPECT_THAT(check_system({"src/orders/operations.cpp", "std::random_device random;"}),
              ElementsAre(HasSubstr("Random")));
  EXPECT_THAT(check_system({"src/orders/operations_test.cpp", "std::thread a;"}), IsEmpty());
}

TEST(Sources, IncludeBeastInThreeFilesAtMost) {
  std::vector<std::string> files;
  for (const SourceFile& file : sources()) {
    if (file.path.find("_test.") != std::string::npos) continue;
    if (file.text.find("#include <boost/beast") != std::string::npos) files.push_back(file.path);
  }
  EXPECT_LE(files.size(), 3U) << "each costs 15 s to compile: " << testing::PrintToString(files);
}

TEST(Services, HaveAReadmeEach) {
  for (const std::string& service : servers::service_names()) {
    EXPECT_TRUE(fs::exists(servers::project_folder() / "src" / service / "README.md")) << service;
  }
}

TEST(Contracts, HaveAGoldenFileForEachSubject) {
  static const std::regex subject(R"re(subject = "([a-z_.]+)")re");
  std::set<std::string> subjects, golden;
  for (const auto& entry : fs::directory_iterator(servers::project_folder() / "src/contracts")) {
    const std::string text = entry.is_regular_file() ? read(entry.path()) : "";
    for (std::sregex_iterator at(text.begin(), text.end(), subject), end; at != end; ++at) {
      subjects.insert((*at)[1]);
    }
  }
  for (const auto& entry :
       fs::directory_iterator(servers::project_folder() / "src/contracts/golden")) {
    golden.insert(entry.path().stem().string());
  }
  EXPECT_GE(subjects.size(), 10U);
  EXPECT_EQ(golden, subjects);
}

TEST(Api, HasTheRoutesThatItsDescriptionListsAndNoOthers) {
  std::set<Route> described, coded;
  const auto document =
      boost::json::parse(read(servers::project_folder() / "src/contracts/openapi.json"));
  for (const auto& [path, methods] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
      if (operation.is_object()) described.insert({upper, path});
    }
  }
  for (const SourceFile& file : sources()) {
    if (file.path.find("test") != std::string::npos) continue;
    for (Route& route : routes_in(file)) {
      // Keys for other services, pages for development, and routes for operators only.
      if (route.path == "/.well-known/jwks.json" || route.path.starts_with("/dev/") ||
          file.path.find("operator") != std::string::npos)
        continue;
      coded.insert(std::move(route));
    }
  }
  const auto names = [](const std::set<Route>& routes) {
    std::set<std::string> all;
    for (const Route& route : routes) all.insert(route.method + " " + route.path);
    return all;
  };
  EXPECT_GE(coded.size(), 18U);
  EXPECT_EQ(names(coded), names(described));
}

// Each rule, shown a file that breaks it.
SourceFile with(const std::string& path, const std::string& line) {
  return {path, "// What it is.\n#pragma once\n\n" + line + "\n"};
}

TEST(Rules, RefuseWhatARoomMayNotInclude) {
  const std::vector<std::pair<std::string, std::string>> forbidden{
      {"src/common/base/text.cpp", "common/json/reader.hpp"},
      {"src/common/json/reader.cpp", "common/http/message.hpp"},
      {"src/common/http/server.cpp", "common/db/database.hpp"},
      {"src/common/db/database.hpp", "common/bus/event.hpp"},
      {"src/common/bus/local/local_bus.cpp", "common/jobs/job_queue.hpp"},
      {"src/common/runtime/host.cpp", "orders/service.hpp"},
      {"src/common/runtime/host.cpp", "contracts/orders_events.hpp"},
      {"src/contracts/orders_events.cpp", "common/bus/event.hpp"},
      {"src/orders/operations.cpp", "tickets/ticket.hpp"},
      {"src/orders/order_test.cpp", "tickets/ticket.hpp"},
      {"src/orders/operations.cpp", "ticketing/marketplace.hpp"},
      {"src/orders/order.cpp", "common/json/writer.hpp"},
      {"src/orders/order.hpp", "orders/store.hpp"},
      {"src/orders/store.cpp", "contracts/orders_events.hpp"},
      {"src/orders/store.cpp", "common/http/message.hpp"},
      {"src/orders/api.cpp", "orders/store.hpp"},
      {"src/orders/listeners.cpp", "orders/store.hpp"},
      {"src/orders/operations.cpp", "common/http/message.hpp"},
      {"src/payments/attempts/payment.cpp", "payments/attempts/store.hpp"},
      {"src/payments/refunds/api.cpp", "payments/attempts/store.hpp"},
      {"src/payments/attempts/operations.cpp", "payments/refunds/operations.hpp"},
      {"src/payments/refunds/steps.cpp", "payments/webhooks/webhook.hpp"},
      {"src/payments/stripe/outcomes.cpp", "payments/sandbox/test_tokens.hpp"},
      {"src/payments/gateway.hpp", "payments/refunds/refund.hpp"},
      {"src/orders/api.cpp", "operations.hpp"},
      {"src/orders/api.cpp", "../orders/operations.hpp"},
      {"src/new_room/thing.cpp", "common/base/text.hpp"}};
  for (const auto& [path, included] : forbidden) {
    EXPECT_THAT(check_includes(with(path, "#include \"" + included + "\"")),
                ElementsAre(HasSubstr(included)))
        << path;
  }
  for (const auto& [path, included] : std::vector<std::pair<std::string, std::string>>{
           {"src/orders/api.cpp", "orders/operations.hpp"},
           {"src/orders/order.cpp", "contracts/codes.hpp"},
           {"src/orders/operations.cpp", "orders/store.hpp"},
           {"src/orders/store.cpp", "common/db/database.hpp"},
           {"src/payments/refunds/operations.cpp", "payments/attempts/store.hpp"},
           {"src/payments/webhooks/operations.cpp", "payments/refunds/steps.hpp"},
           {"src/payments/service.cpp", "payments/stripe/stripe_gateway.hpp"},
           {"src/ticketing/marketplace.cpp", "orders/service.hpp"},
           {"src/common/bus/local/local_bus.cpp", "common/bus/event_bus.hpp"}}) {
    EXPECT_THAT(check_includes(with(path, "#include \"" + included + "\"")), IsEmpty()) << path;
  }
}

TEST(Rules, RefuseAStoreThatApiReachesThroughOtherHeaders) {
  std::vector<SourceFile> files{with("src/orders/api.cpp", "#include \"orders/api.hpp\""),
                                with("src/orders/api.hpp", "#include \"orders/operations.hpp\""),
                                with("src/orders/operations.hpp", "#include \"orders/order.hpp\""),
                                with("src/orders/operations.cpp", "#include \"orders/store.hpp\""),
                                with("src/orders/order.hpp", ""),
                                with("src/orders/store.hpp", "")};
  EXPECT_THAT(check_reach(files), IsEmpty());
  files[2].text += "#include \"orders/store.hpp\"\n";
  EXPECT_THAT(check_reach(files),
              ElementsAre(HasSubstr("orders/api.cpp → orders/api.hpp → orders/operations.hpp → "
                                    "orders/store.hpp"),
                          HasSubstr("src/orders/api.hpp reaches")));
}

TEST(Rules, RefuseTheDatabaseInApiAndListeners) {
  const std::string line = "co_await api.database.commit(std::move(transaction));";
  EXPECT_THAT(check_doors(with("src/orders/api.cpp", line)), ElementsAre(HasSubstr("operation")));
  EXPECT_THAT(check_doors(with("src/orders/listeners.cpp", "db::Database& database;")),
              ElementsAre(HasSubstr("operation")));
  EXPECT_THAT(check_doors(with("src/orders/operations.cpp", line)), IsEmpty());
}

TEST(Rules, RefuseCompareAndSetByHand) {
  const std::string calls = "data_.relay().committed(event, results[1]);";
  const std::string looks = "if (results[0].affected == 0) continue;";
  for (const std::string& line :
       {calls, looks, std::string("list.push_back(data_.outbox().enqueue(event, order.id));")}) {
    EXPECT_THAT(check_changes(with("src/orders/operations.cpp", line)),
                ElementsAre(HasSubstr("runtime::change()")))
        << line;
    EXPECT_THAT(check_changes(with("src/common/runtime/change.cpp", line)), IsEmpty());
    EXPECT_THAT(check_changes(with("src/orders/operations_test.cpp", line)), IsEmpty());
  }
}

TEST(Rules, RefuseAPauseThatIsDoubledByHand) {
  for (const std::string line :
       {"for (Milliseconds pause{5};; pause *= 2) {", "pause = std::min(pause * 2, longest);",
        "rest_ = 2 * rest_;", "return std::min(std::chrono::seconds{1LL << failures}, longest);"}) {
    EXPECT_THAT(check_pauses(with("src/orders/operations.cpp", line)),
                ElementsAre(HasSubstr("Backoff")))
        << line;
  }
  EXPECT_THAT(check_pauses(with("src/orders/a.cpp", "pause = backoff.next(pause);")), IsEmpty());
}

TEST(Rules, RefuseWaitsAndParametersThatLoseTheTraceContext) {
  const std::string wait = "co_await timer.async_wait(asio::use_awaitable);";
  EXPECT_THAT(check_trace(with("src/common/http/session.cpp", wait)),
              ElementsAre(HasSubstr("use_task")));
  EXPECT_THAT(check_trace(with("src/common/async/use_task.hpp", wait)), IsEmpty());
  const std::string parameter = "Task<> pay(Payment payment, std::string traceparent);";
  EXPECT_THAT(check_trace(with("src/payments/attempts/steps.hpp", parameter)),
              ElementsAre(HasSubstr("coroutine")));
  EXPECT_THAT(check_trace(with("src/common/bus/outbox.cpp", parameter)), IsEmpty());
}

TEST(Rules, RefuseSqlOutsideStores) {
  const std::string line = R"(const char* sql = "SELECT id FROM orders";)";
  EXPECT_THAT(check_sql(with("src/orders/operations.cpp", line)),
              ElementsAre(HasSubstr("store.cpp")));
  EXPECT_THAT(check_sql(with("src/orders/store.cpp", line)), IsEmpty());
}

TEST(Rules, RefuseColumnsReadByNumber) {
  for (const char* read : {"row.text(0)", "found.first()->integer(11)", "row.is_null( 3)",
                           "rows[1].time(2)", "row.optional_time(4)"}) {
    EXPECT_THAT(check_rows(with("src/orders/store.cpp", read)),
                ElementsAre(HasSubstr("store.cpp:4 reads a column")))
        << read;
  }
  for (const char* read : {"row.text(\"id\")", "row.as<Order>()", "reader.integer(\"version\")",
                           "from_millis(0)", "rows.at(0).text(\"id\")"}) {
    EXPECT_THAT(check_rows(with("src/orders/store.cpp", read)), IsEmpty()) << read;
  }
}

TEST(Rules, RefuseUntidyFiles) {
  std::string long_text = "// What it is.\n";
  for (int i = 0; i < 500; ++i) long_text += "\n";
  EXPECT_THAT(check_form({"src/orders/a.cpp", long_text}), ElementsAre(HasSubstr("split it")));
  EXPECT_THAT(check_form(with("src/orders/a.hpp", "\tint a;")), ElementsAre(HasSubstr("tab")));
  EXPECT_THAT(check_form(with("src/orders/a.hpp", "int a; ")),
              ElementsAre(HasSubstr("white space")));
  EXPECT_THAT(check_form({"src/orders/a.hpp", "#pragma once\n"}), ElementsAre(HasSubstr("top")));
  EXPECT_THAT(check_form({"src/orders/a.hpp", "// What it is.\n"}),
              ElementsAre(HasSubstr("twice")));
  EXPECT_THAT(check_form(with("src/orders/a.hpp", "int a;")), IsEmpty());
}

TEST(Rules, ReadRoutesOffTheirTables) {
  const auto routes = routes_in(with("src/a/api.cpp", R"({"GET", "/api/a/:id/b",
      handler}, {"POST",
       "/api/a", handler})"));
  EXPECT_EQ(routes, (std::vector<Route>{{"GET", "/api/a/{id}/b"}, {"POST", "/api/a"}}));
}

}  // namespace
}  // namespace ticketing::architecture
