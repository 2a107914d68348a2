// Every route of the API, and every one of operators, asked by all who may not see a ticket's file
// and code: no answer has a byte of them. The routes are read from the API's description and the
// sources, so that a new one is asked, too.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>

#include "fixtures/project.hpp"
#include "system/deliveries.hpp"
#include "system/marketplace.hpp"
#include "system/secrets.hpp"

namespace ticketing::system {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* token_of_operators = "a token of an operator";

struct ApiRoute {
  std::string method;
  std::string path;             // "/api/orders/{id}/ticket"
  std::string media_type = {};  // empty: it takes no body
  std::string body = {};        // an example
  bool is_stream = false;
};

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

void read_body(ApiRoute& route, const boost::json::object& operation) {
  const auto* body = operation.if_contains("requestBody");
  if (body == nullptr) return;
  const auto& [type, content] = *body->at("content").as_object().begin();
  route.media_type = type;
  const auto& described = content.as_object();
  if (const auto* example = described.if_contains("example")) {
    route.body = boost::json::serialize(*example);
  } else if (const auto* examples = described.if_contains("examples")) {
    route.body = boost::json::serialize(examples->as_object().begin()->value().at("value"));
  } else {
    route.body = "%PDF-1.7";
  }
}

std::vector<ApiRoute> routes_of_the_api() {
  // The description does not say that a person's own list is another one.
  std::vector<ApiRoute> routes{{.method = "GET", .path = "/api/tickets?mine=1&limit=100"}};
  const auto document =
      boost::json::parse(fixtures::read_file_of_project("src/contracts/openapi.json"));
  for (const auto& [path, methods] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : methods.as_object()) {
      if (!operation.is_object()) continue;  // the parameters of all its methods
      ApiRoute route{.method = upper(method), .path = path};
      read_body(route, operation.as_object());
      route.is_stream = boost::json::serialize(operation).contains("text/event-stream");
      routes.push_back(std::move(route));
    }
  }
  return routes;
}

struct OperatorRoute {
  std::string method, path;  // "/operator/shows/:id"
};

std::vector<OperatorRoute> routes_of_operators() {
  static const std::regex route(R"re(\{"([A-Z]+)",\s*"(/operator/[^"]+)")re");
  std::vector<OperatorRoute> routes;
  const fs::path sources = fixtures::project_folder() / "src";
  for (const auto& entry : fs::recursive_directory_iterator(sources)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".cpp" || path.filename().string().contains("test")) continue;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (std::sregex_iterator at(text.begin(), text.end(), route), end; at != end; ++at)
      routes.push_back({.method = (*at)[1], .path = (*at)[2]});
  }
  return routes;
}

// What people know of a ticket that is sold, and ask with.
struct KnownIds {
  std::string ticket, order, show;
};

void put_in(std::string& target, std::string_view name, std::string_view value) {
  const std::size_t at = target.find(name);
  if (at != std::string::npos) target.replace(at, name.size(), value);
}

std::string body_with(const KnownIds& ids, const std::string& example) {
  auto body = boost::json::parse(example).as_object();
  if (auto* ticket = body.if_contains("ticketId")) ticket->emplace_string() = ids.ticket;
  if (auto* order = body.if_contains("orderId")) order->emplace_string() = ids.order;
  return boost::json::serialize(body);
}

Ask ask_of(const ApiRoute& route, const KnownIds& ids) {
  Ask ask{.method = route.method, .target = route.path};
  put_in(ask.target, "{id}",
         route.path.starts_with("/api/orders/")  ? ids.order
         : route.path.starts_with("/api/shows/") ? ids.show
                                                 : ids.ticket);
  put_in(ask.target, "{poster}", ids.show);
  put_in(ask.target, "{size}", "640");
  if (ask.target.contains('{')) throw std::runtime_error("no value is known for " + ask.target);
  if (route.media_type.empty()) {
    if (route.method == "POST") ask.body = "{}";
    return ask;
  }
  ask.headers = {{"Content-Type", route.media_type}};
  ask.body = route.media_type == "application/json" ? body_with(ids, route.body) : route.body;
  return ask;
}

std::string all_of(const Answer& answer) {
  std::string all;
  for (const auto& [name, value] : answer.headers) all += name + ": " + value + "\n";
  return all + answer.body;
}

std::string answer_to(Person& person, const ApiRoute& route, const Ask& ask) {
  if (!route.is_stream) return all_of(person.http.send(ask));
  EventStream stream(person.http, ask.target);
  std::string all;
  if (stream.status() != 200) return all;
  while (const auto message = stream.next(std::chrono::milliseconds{50})) all += message->data;
  return all;
}

// The routes whose answers to this person have a piece of the secret.
std::set<std::string> routes_that_show(const Secret& secret, Person& person,
                                       const std::vector<KnownIds>& known) {
  static const std::vector<ApiRoute> routes = routes_of_the_api();
  const auto cookies = person.http.cookies();
  std::set<std::string> asked, found;
  for (const ApiRoute& route : routes) {
    for (const KnownIds& ids : known) {
      const Ask ask = ask_of(route, ids);
      if (!asked.insert(ask.method + ask.target + ask.body.value_or("")).second) continue;
      if (!found_in(answer_to(person, route, ask), secret.pieces()).empty())
        found.insert(route.method + " " + route.path);
      // Some routes sign the person out, or in as another one.
      person.http.cookies() = cookies;
    }
  }
  return found;
}

using MakeSecret = Secret (*)(const std::string& name);

class SealedTicketTest : public testing::TestWithParam<MakeSecret> {
 protected:
  static void SetUpTestSuite() {
    marketplace = std::make_unique<Marketplace>(Variables{{"OPERATOR_TOKEN", token_of_operators},
                                                          {"TICKET_FILES_AN_HOUR", "0"},
                                                          {"PROOF", "required"}});
  }
  static void TearDownTestSuite() { marketplace.reset(); }

  SealedTicketTest() {
    other_order_ = buy(*other_buyer_, list(make_secret()));
    EXPECT_EQ(reveal(*other_buyer_, other_order_).status, 200);
  }

  static Secret make_secret() {
    static int count = 0;
    return GetParam()(fmt::format("route-{:03}", ++count));
  }
  std::string list_nothing() {
    const std::string body =
        fmt::format(R"({{"title":"A sealed seat","price":20,"showId":"{}"}})", show_);
    const Answer listed = answered([&] { return seller_->http.post("/api/tickets", body); });
    EXPECT_EQ(listed.status, 201) << listed.body;
    return text_at(listed, "id");
  }
  std::string list(const Secret& secret) {
    const std::string ticket = list_nothing();
    give(*seller_, ticket, secret);
    return ticket;
  }
  // As it is 30 days after the show.
  void erase(const KnownIds& ids) {
    System& system = marketplace->system();
    EXPECT_EQ(system.stop(), 0);
    system.execute("delivery",
                   fmt::format("UPDATE shows SET over_at = 0 WHERE id = '{}'", ids.show));
    system.execute("delivery", fmt::format("UPDATE uploads SET erase_at = 0 WHERE ticket_id = '{}'",
                                           ids.ticket));
    system.start();
    const auto is_erased = [&] {
      return !text_at(seller_->http.get(order_path(ids.order)), "erasedAt").empty();
    };
    EXPECT_TRUE(wait_until(is_erased, patient(std::chrono::seconds{60})));
  }
  static Answer reveal(Person& buyer, const std::string& order) {
    return answered([&] { return buyer.http.post(order_path(order) + "/reveal", "{}"); });
  }

  void expect_shown_to(Person& buyer, const Secret& secret, const std::vector<KnownIds>& known) {
    const std::string path = "/api/orders/{id}/ticket/";
    const auto routes = routes_that_show(secret, buyer, known);
    if (secret.pdf.empty()) {
      EXPECT_THAT(routes, ElementsAre("POST " + path + "reveal"));
    } else {
      EXPECT_THAT(routes, ElementsAre("GET " + path + "file", "POST " + path + "reveal"));
    }
  }
  // From `more`, and from all who never could see it, or could before the sale.
  void expect_hidden(const Secret& secret, const std::vector<KnownIds>& known,
                     std::vector<Person*> more = {}) {
    for (const auto* person : {&visitor_, &stranger_, &other_buyer_, &seller_})
      more.push_back(person->get());
    for (Person* person : more)
      EXPECT_THAT(routes_that_show(secret, *person, known), IsEmpty()) << person->email;
  }
  // No operator says why.
  void expect_hidden_from_operators(const Secret& secret, const KnownIds& ids) {
    static const std::vector<OperatorRoute> routes = routes_of_operators();
    EXPECT_GE(routes.size(), 10U);
    const std::string body = fmt::format(
        R"({{"orderId":"{}","service":"delivery","into":"{}","consumer":"orders","event":"{}"}})",
        ids.order, ids.show, ids.ticket);
    for (const Part& part : marketplace->system().parts()) {
      HttpClient http([&part](std::string_view) { return part.port; });
      http.add_header("X-Operator", "olivia@desk");
      http.add_header("Authorization", std::string("Bearer ") + token_of_operators);
      for (const OperatorRoute& route : routes) {
        Ask ask{.method = route.method, .target = route.path};
        put_in(ask.target, ":id", ids.show);
        put_in(ask.target, ":service", "delivery");
        put_in(ask.target, ":run", ids.ticket);
        if (route.method != "GET") ask.body = body;
        const Answer answer = http.send(ask);
        EXPECT_NE(answer.status, 401) << ask.target << " " << answer.body;
        EXPECT_THAT(found_in(all_of(answer), secret.pieces()), IsEmpty()) << ask.target;
      }
    }
  }

  static inline std::unique_ptr<Marketplace> marketplace;
  std::unique_ptr<Person> visitor_ = marketplace->visitor(), stranger_ = marketplace->person();
  std::unique_ptr<Person> seller_ = marketplace->person(), buyer_ = marketplace->person();
  std::unique_ptr<Person> other_buyer_ = marketplace->person();
  std::string show_ = seller_->make_show("A sealed evening " + seller_->id), other_order_;
};

TEST_P(SealedTicketTest, IsShownByNoRouteWhileItIsForSale) {
  const Secret secret = make_secret();
  const std::string ticket = list(secret);
  expect_hidden(secret, {{.ticket = ticket, .order = other_order_, .show = show_}});
}

TEST_P(SealedTicketTest, IsShownToItsBuyerAloneByTwoRoutes) {
  const Secret secret = make_secret();
  const std::string ticket = list(secret);
  const KnownIds ids{.ticket = ticket, .order = buy(*buyer_, ticket), .show = show_};
  expect_hidden(secret, {ids});
  ASSERT_EQ(reveal(*buyer_, ids.order).status, 200);
  expect_shown_to(*buyer_, secret, {ids});
  expect_hidden(secret, {ids});
  expect_hidden_from_operators(secret, ids);
}

TEST_P(SealedTicketTest, IsShownToItsBuyerAloneWhenItIsGivenAfterTheSale) {
  const std::string ticket = list_nothing();
  const KnownIds ids{.ticket = ticket, .order = buy(*buyer_, ticket), .show = show_};
  ASSERT_EQ(text_at(seller_->http.get(order_path(ids.order)), "state"), "due");
  const Secret secret = make_secret();
  give(*seller_, ticket, secret);
  expect_hidden(secret, {ids});
  ASSERT_EQ(reveal(*buyer_, ids.order).status, 200);
  expect_shown_to(*buyer_, secret, {ids});
  expect_hidden(secret, {ids});
}

TEST_P(SealedTicketTest, IsShownToNoPersonOnceItIsErased) {
  const Secret secret = make_secret();
  const std::string ticket = list(secret);
  const KnownIds ids{.ticket = ticket, .order = buy(*buyer_, ticket), .show = show_};
  ASSERT_EQ(reveal(*buyer_, ids.order).status, 200);
  erase(ids);
  EXPECT_EQ(text_at(reveal(*buyer_, ids.order), "errors.0.code"), "ticket_erased");
  expect_hidden(secret, {ids}, {buyer_.get()});
  expect_hidden_from_operators(secret, ids);
}

TEST_P(SealedTicketTest, IsNotShownToABuyerWhoSoldItAgain) {
  const Secret secret = make_secret();
  const KnownIds first{.ticket = list(secret), .order = {}, .show = show_};
  std::vector<KnownIds> known{first};
  known[0].order = buy(*buyer_, first.ticket);
  const Answer listed = resell(*buyer_, known[0].order);
  const std::string again = text_at(listed, "resaleTicketId");
  ASSERT_NE(again, "") << listed.body;
  const auto next = marketplace->person();
  known.push_back({.ticket = again, .order = buy(*next, again), .show = show_});
  expect_hidden(secret, known, {buyer_.get()});
  ASSERT_EQ(reveal(*next, known[1].order).status, 200);
  expect_shown_to(*next, secret, known);
  expect_hidden(secret, known, {buyer_.get()});
}

TEST_P(SealedTicketTest, IsNotShownToABuyerWhoGotTheMoneyBack) {
  const Secret secret = make_secret();
  const std::string ticket = list(secret);
  const KnownIds ids{.ticket = ticket, .order = buy(*buyer_, ticket), .show = show_};
  const Answer refunded = refund(*buyer_, ids.order);
  ASSERT_EQ(refunded.status, 201) << refunded.body;
  expect_hidden_from_operators(secret, ids);
  expect_hidden(secret, {ids}, {buyer_.get()});
}

INSTANTIATE_TEST_SUITE_P(Sealed, SealedTicketTest,
                         testing::Values<MakeSecret>(&typed_secret, &secret_pdf),
                         [](const auto& tested) {
                           return std::string(tested.param == &secret_pdf ? "Pdf" : "TypedCode");
                         });

}  // namespace
}  // namespace ticketing::system
