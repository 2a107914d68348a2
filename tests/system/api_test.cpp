// Every row of the HTTP interface with its documented answers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "fixtures/project.hpp"
#include "system/audit.hpp"
#include "system/deliveries.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* unknown_id = "01939f3e-7b1a-7c4d-8e21-4f0f5b6a7c01";

// What is made next has a greater id: those of one millisecond are in no order when two replicas
// make them.
void next_millisecond() { std::this_thread::sleep_for(std::chrono::milliseconds{2}); }

std::string credentials(const std::string& email, const std::string& password) {
  return fmt::format(R"({{"email":"{}","password":"{}"}})", email, password);
}

void expect_cookies_of_a_session(const Answer& answer) {
  const auto with = [](const char* name, const char* life) {
    return AllOf(StartsWith(name), HasSubstr("; Path=/"), HasSubstr("; HttpOnly"),
                 HasSubstr("; SameSite=Lax"), HasSubstr(life), Not(HasSubstr("Secure")));
  };
  EXPECT_THAT(answer.header_all("set-cookie"),
              ElementsAre(with("session=", "; Max-Age=900"), with("refresh=", "; Max-Age=1209600"),
                          with("device=", "; Max-Age=15552000")));
}

void expect_problem(const Answer& answer, int status, const std::string& slug) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(text_at(answer, "slug"), slug);
  EXPECT_EQ(text_at(answer, "status"), std::to_string(status));
  EXPECT_FALSE(text_at(answer, "errors.0.message").empty()) << answer.body;
  EXPECT_FALSE(text_at(answer, "errors.0.code").empty()) << answer.body;
  EXPECT_FALSE(text_at(answer, "requestId").empty()) << answer.body;
}

// Reads `stream` until it says that the ticket has the status `wanted`; returns the last one it
// said. The marketplace is shared: the tickets and shows of other tests are in the stream, too.
std::string wait_for_status(EventStream& stream, const std::string& ticket,
                            const std::string& wanted) {
  std::string last = "nothing";
  while (last != wanted) {
    const auto message = stream.next(patient(std::chrono::seconds{30}));
    if (!message) return last;
    if (message->event != "ticket") continue;
    const Answer seen{.status = 200, .headers = {}, .body = message->data};
    if (text_at(seen, "id") == ticket) last = text_at(seen, "status");
  }
  return last;
}

// The target of the link with the relation `relation`, or nothing (RFC 8288).
std::string link_to(const Answer& answer, const std::string& relation) {
  const std::string links = answer.header("link"), end = ">; rel=\"" + relation + "\"";
  const std::size_t at = links.find(end);
  if (at == std::string::npos) return "";
  const std::size_t begin = links.rfind('<', at) + 1;
  return links.substr(begin, at - begin);
}

using Ids = std::vector<std::string>;

Ids ids_of(const Answer& answer, const std::string& field = "id") {
  const boost::json::value list = json_of(answer);
  Ids ids;
  for (std::size_t i = 0; i < list.as_array().size(); ++i)
    ids.push_back(text_at(list, fmt::format("{}.{}", i, field)));
  return ids;
}

// The ids of every page from `first` on. Going back from the last one must give the same pages.
std::vector<Ids> read_pages(HttpClient& http, const std::string& first,
                            const std::string& field = "id") {
  std::vector<Ids> pages;
  Answer page = http.get(first);
  EXPECT_EQ(link_to(page, "prev"), "") << "of the first page";
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(page.status, 200) << page.body;
    pages.push_back(ids_of(page, field));
    const std::string next = link_to(page, "next");
    if (next.empty()) break;
    page = http.get(next);
  }
  for (std::size_t i = pages.size() - 1; i-- > 0;) {
    page = http.get(link_to(page, "prev"));
    EXPECT_EQ(ids_of(page, field), pages[i]) << "going back to page " << i;
    EXPECT_NE(link_to(page, "next"), "");
  }
  EXPECT_EQ(link_to(page, "prev"), "") << "of the first page";
  return pages;
}

Ids joined(const std::vector<Ids>& pages) {
  Ids all;
  for (const Ids& ids : pages) all.insert(all.end(), ids.begin(), ids.end());
  return all;
}

TEST(Users, TheExampleOfTheReadmeSignsUpAndIn) {
  Marketplace& marketplace = shared_marketplace();
  const auto visitor = marketplace.visitor();
  const std::string body = R"({"email": "test@gmail.com", "password": "123456"})";
  const Answer up = visitor->http.post("/api/users/signup", body);
  EXPECT_EQ(up.status, 201) << up.body;
  EXPECT_EQ(text_at(up, "email"), "test@gmail.com");
  expect_cookies_of_a_session(up);
  visitor->http.cookies().clear();
  const Answer in = visitor->http.post("/api/users/signin", body);
  EXPECT_EQ(in.status, 200) << in.body;
  EXPECT_EQ(text_at(in, "id"), text_at(up, "id"));
  expect_cookies_of_a_session(in);
}

TEST(Users, AnAddressInUseIsRefusedInAnyCase) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.visitor();
  ada->sign_up("ada@example.com");
  const auto other = marketplace.visitor();
  const Answer answer =
      other->http.post("/api/users/signup", credentials("  ADA@Example.COM ", "another one"));
  expect_problem(answer, 400, "email_in_use");
  EXPECT_EQ(text_at(answer, "errors.0.field"), "email");
  EXPECT_TRUE(answer.header_all("set-cookie").empty());
}

TEST(Users, CurrentUserIsTheCallerOrNull) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  for (const char* path : {"/api/users/currentuser", "/api/users/currentUser"}) {
    const Answer answer = ada->http.get(path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(text_at(answer, "currentUser.id"), ada->id);
    EXPECT_EQ(text_at(answer, "currentUser.email"), ada->email);
    EXPECT_EQ(marketplace.visitor()->http.get(path).body, R"({"currentUser":null})");
  }
}

TEST(Users, SignOutClearsTheCookiesAndWorksWithoutASession) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  for (int i = 0; i < 2; ++i) {
    const Answer answer = ada->http.post("/api/users/signout", "{}");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{}");
    EXPECT_THAT(answer.header_all("set-cookie"),
                ElementsAre(AllOf(StartsWith("session=;"), HasSubstr("Max-Age=0")),
                            AllOf(StartsWith("refresh=;"), HasSubstr("Max-Age=0"))));
  }
  EXPECT_EQ(ada->http.get("/api/users/currentuser").body, R"({"currentUser":null})");
  expect_problem(ada->http.get("/api/orders"), 401, "unauthenticated");
}

TEST(Tickets, AreCreatedShownAndChanged) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person();
  const Answer made =
      seller->http.post("/api/tickets", R"({"title":" Óperá 🎭 ","price":"20.50"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text_at(made, "id");
  EXPECT_EQ(made.header("location"), "/api/tickets/" + id);
  EXPECT_EQ(text_at(made, "title"), "Óperá 🎭");
  EXPECT_EQ(text_at(made, "userId"), seller->id);
  EXPECT_EQ(text_at(made, "version"), "0");
  EXPECT_EQ(text_at(made, "status"), "available");
  EXPECT_THAT(made.body, HasSubstr(R"("price":20.5,)"));
  EXPECT_EQ(marketplace.visitor()->http.get("/api/tickets/" + id).body, made.body);

  const Answer changed =
      seller->http.put("/api/tickets/" + id, R"({"title":"Opera","price":19.99})");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(text_at(changed, "version"), "1");
  EXPECT_THAT(changed.body, HasSubstr(R"("price":19.99,)"));
  EXPECT_EQ(seller->http.get("/api/tickets/" + id).body, changed.body);
}

TEST(Tickets, HaveASectionThatTheirOrdersKeep) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const Answer made = seller->http.post(
      "/api/tickets", R"({"title":"Opera","price":20,"section":" Balcony left "})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made, "section"), "Balcony left");
  const std::string id = text_at(made, "id"), path = "/api/tickets/" + id;
  const Answer changed = seller->http.put(path, R"({"title":"Opera","price":21})");
  EXPECT_EQ(text_at(changed, "section"), "Balcony left") << "it was left out";
  const Answer order = buyer->order(id);
  EXPECT_EQ(text_at(order, "ticket.section"), "Balcony left");
  EXPECT_EQ(buyer->http.get("/api/orders/" + text_at(order, "id")).body, order.body);

  const std::string other = "/api/tickets/" + seller->list_ticket();
  for (const std::string none : {"null", R"("")", R"(" ")"}) {
    const std::string begin = R"({"title":"Opera","price":20,"section":)";
    ASSERT_EQ(text_at(seller->http.put(other, begin + R"("Pit"})"), "section"), "Pit");
    const Answer cleared = seller->http.put(other, begin + none + "}");
    EXPECT_EQ(cleared.status, 200) << none;
    EXPECT_EQ(cleared.body, seller->http.get(other).body);
    EXPECT_THAT(cleared.body, Not(HasSubstr("section")));
  }
  const std::string too_long = '"' + std::string(41, 'x') + '"';
  for (const std::string& wrong : {std::string(R"("a\nb")"), std::string("5"), too_long}) {
    const Answer refused =
        seller->http.put(other, R"({"title":"Opera","price":20,"section":)" + wrong + "}");
    expect_problem(refused, 400, "invalid_input");
    EXPECT_EQ(text_at(refused, "errors.0.field"), "section") << wrong;
  }
}

TEST(Tickets, AreDueWithAPromisedFileAndNotWithoutOne) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string begin = R"({"title":"Opera","price":20)";
  const Answer made = seller->http.post("/api/tickets", begin + R"(,"filePromised":true})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(text_at(made, "filePromised"), "true");
  const std::string id = text_at(made, "id"), path = "/api/tickets/" + id;
  EXPECT_EQ(text_at(seller->http.put(path, begin + "}"), "filePromised"), "true")
      << "it was left out";
  for (const std::string none : {"false", "null"}) {
    const Answer taken_back =
        seller->http.put(path, fmt::format(R"({},"filePromised":{}}})", begin, none));
    EXPECT_EQ(taken_back.status, 200) << taken_back.body;
    EXPECT_THAT(taken_back.body, Not(HasSubstr("filePromised")));
    ASSERT_EQ(seller->http.put(path, begin + R"(,"filePromised":true})").status, 200);
  }
  const Answer refused = seller->http.put(path, begin + R"(,"filePromised":"yes"})");
  expect_problem(refused, 400, "invalid_input");
  EXPECT_EQ(text_at(refused, "errors.0.field"), "filePromised");
  // An order is made with what orders has heard of.
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");

  const auto state_of = [&](const std::string& ticket) {
    const std::string order = "/api/orders/" + buy(*buyer, ticket);
    return std::pair(text_at(buyer->http.get(order), "ticket.filePromised"),
                     text_at(buyer->http.get(order + "/ticket"), "state"));
  };
  using Pair = std::pair<std::string, std::string>;
  EXPECT_EQ(state_of(id), Pair("true", "due"));
  EXPECT_EQ(state_of(seller->list_ticket()), Pair("", "none"));
}

TEST(Tickets, KeepTheirTitleToTheCodePointOrAreRefused) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person();
  const auto cases = boost::json::parse(fixtures::read_file_of_project("tests/cases/titles.json"));
  const auto body = [](const boost::json::value& title) {
    return boost::json::serialize(boost::json::object{{"title", title}, {"price", 20}});
  };
  for (const auto& title : cases.at("fine").as_array()) {
    const Answer made = seller->http.post("/api/tickets", body(title));
    EXPECT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(text_at(made, "title"), title.as_string());
  }
  for (const char* kind : {"invisible", "hidden", "deceptive"}) {
    for (const auto& title : cases.at(kind).as_array()) {
      const Answer refused = seller->http.post("/api/tickets", body(title));
      expect_problem(refused, 400, "invalid_input");
      EXPECT_EQ(text_at(refused, "errors.0.field"), "title");
    }
  }
}

TEST(Tickets, AreListedNewestFirstByPageAndByStatus) {
  Marketplace marketplace;
  const auto seller = marketplace.person(), buyer = marketplace.person();
  std::vector<std::string> made;
  for (int i = 0; i < 7; ++i) {
    made.push_back(seller->list_ticket(fmt::format("Seat {}", i)));
    next_millisecond();
  }
  const std::string order = buyer->reserve(made[3]);
  buyer->buy(order);
  buyer->reserve(made[5]);
  ASSERT_TRUE(wait_until(
      [&] {
        return buyer->status_of_ticket(made[5]) == "reserved" &&
               buyer->status_of_ticket(made[3]) == "sold";
      },
      patient(std::chrono::seconds{30})));

  const auto pages = read_pages(buyer->http, "/api/tickets?limit=3");
  EXPECT_EQ(pages.size(), 3U);
  EXPECT_EQ(joined(pages), Ids(made.rbegin(), made.rend()));

  const Answer sold = buyer->http.get("/api/tickets?status=sold");
  EXPECT_EQ(text_at(sold, "0.id"), made[3]);
  EXPECT_EQ(text_at(sold, "0.orderId"), order);
  EXPECT_EQ(text_at(sold, "1.id"), "");
  EXPECT_EQ(text_at(buyer->http.get("/api/tickets?status=reserved"), "0.id"), made[5]);
  EXPECT_EQ(text_at(buyer->http.get("/api/tickets?status=available&limit=100"), "4.id"), made[0]);
}

TEST(Tickets, OfASellerAreAListOfItsOwnWithSoldAndWithdrawnOnes) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  Ids made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(seller->list_ticket(fmt::format("Seat {}", i)));
    next_millisecond();
  }
  buyer->list_ticket("of another");
  buyer->buy(buyer->reserve(made[1]));
  ASSERT_EQ(seller->withdraw(made[2]).status, 204);
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");

  expect_problem(marketplace.visitor()->http.get("/api/tickets?mine=1"), 401, "unauthenticated");
  expect_problem(seller->http.get("/api/tickets?mine=2"), 400, "invalid_input");
  const auto pages = read_pages(seller->http, "/api/tickets?mine=1&limit=2");
  EXPECT_EQ(joined(pages), Ids(made.rbegin(), made.rend()));
  const auto mine = [&](const std::string& query) {
    return ids_of(seller->http.get("/api/tickets?mine=1" + query));
  };
  EXPECT_EQ(mine("&status=withdrawn"), Ids{made[2]});
  EXPECT_EQ(mine("&status=sold"), Ids{made[1]});
  EXPECT_EQ(mine("&status=available"), (Ids{made[4], made[3], made[0]}));
  EXPECT_EQ(mine("&status=&cursor=&limit="), Ids(made.rbegin(), made.rend()));
  EXPECT_EQ(joined(read_pages(seller->http, "/api/tickets?mine=1&status=available&limit=1")),
            (Ids{made[4], made[3], made[0]}));
  const Ids listed = ids_of(seller->http.get("/api/tickets"));
  EXPECT_THAT(listed, Contains(made[4]));
  EXPECT_THAT(listed, Not(Contains(made[2]))) << "it is withdrawn";
}

TEST(Tickets, ThatWereSoldAreTheSellersSalesTheNewestFirst) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  expect_problem(marketplace.visitor()->http.get("/api/sales"), 401, "unauthenticated");
  EXPECT_EQ(seller->http.get("/api/sales").body, "[]");
  const std::string first = seller->list_ticket("Front", "12.34"), second = seller->list_ticket();
  seller->list_ticket("unsold");
  const std::string later = buyer->reserve(second);
  next_millisecond();
  const std::string latest = buyer->reserve(first);
  buyer->buy(latest);
  buyer->buy(later);
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");

  const Answer sales = seller->http.get("/api/sales");
  EXPECT_EQ(ids_of(sales, "orderId"), (Ids{latest, later}));
  EXPECT_EQ(text_at(sales, "0.ticket.id"), first);
  EXPECT_EQ(text_at(sales, "0.ticket.status"), "sold");
  EXPECT_THAT(sales.body, HasSubstr(R"("price":12.34,"soldAt":"20)"));
  EXPECT_EQ(joined(read_pages(seller->http, "/api/sales?limit=1", "orderId")),
            (Ids{latest, later}));
  EXPECT_EQ(buyer->http.get("/api/sales").body, "[]");
}

TEST(Orders, OfABuyerAreListedByPage) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  Ids made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(buyer->reserve(seller->list_ticket()));
    next_millisecond();
  }
  const auto pages = read_pages(buyer->http, "/api/orders?limit=2");
  EXPECT_EQ(pages.size(), 3U);
  EXPECT_EQ(joined(pages), Ids(made.rbegin(), made.rend()));
}

TEST(Tickets, AreWithdrawnByTheirSellerPermanently) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string kept = seller->list_ticket(), gone = seller->list_ticket();
  const std::string path = "/api/tickets/" + gone;
  expect_problem(marketplace.visitor()->withdraw(gone), 401, "unauthenticated");
  expect_problem(buyer->withdraw(gone), 401, "not_your_ticket");
  expect_problem(seller->withdraw(unknown_id), 404, "ticket_not_found");

  EventStream stream(buyer->http, "/api/tickets/stream");
  const Answer withdrawn = seller->withdraw(gone);
  EXPECT_EQ(withdrawn.status, 204) << withdrawn.body;
  EXPECT_EQ(withdrawn.body, "");
  EXPECT_EQ(seller->withdraw(gone).status, 204) << "withdrawing twice is the same as once";
  expect_problem(buyer->withdraw(gone), 401, "not_your_ticket");
  EXPECT_EQ(wait_for_status(stream, gone, "withdrawn"), "withdrawn");

  // Its link shows its new state.
  const Answer shown = buyer->http.get(path);
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(text_at(shown, "status"), "withdrawn");
  EXPECT_EQ(text_at(shown, "withdrawing"), "");
  for (const char* list :
       {"/api/tickets", "/api/tickets?status=available", "/api/tickets?status="}) {
    const Ids listed = ids_of(buyer->http.get(list));
    EXPECT_THAT(listed, Contains(kept)) << list;
    EXPECT_THAT(listed, Not(Contains(gone))) << list;
  }
  expect_problem(buyer->http.get("/api/tickets?status=withdrawn"), 400, "invalid_input");
  expect_problem(buyer->order(gone), 400, "ticket_withdrawn");
  expect_problem(seller->order(gone), 400, "ticket_withdrawn");
  expect_problem(seller->http.put(path, R"({"title":"Opera","price":9})"), 400, "ticket_withdrawn");
  EXPECT_EQ(seller->http.get("/api/orders").body, "[]");
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Tickets, AreNotWithdrawnWhileAnOrderHasThem) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket(), order = buyer->reserve(ticket);
  // Also at once, before the event of the order has come to tickets.
  expect_problem(seller->withdraw(ticket), 400, "ticket_reserved");
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  expect_problem(seller->withdraw(ticket), 400, "ticket_reserved");
  buyer->buy(order);
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  expect_problem(seller->withdraw(ticket), 400, "ticket_sold");

  const std::string other = seller->list_ticket(), cancelled = buyer->reserve(other);
  ASSERT_EQ(buyer->cancel(cancelled).status, 204);
  ASSERT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(seller->withdraw(other).status, 204) << "its order has ended";
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Orders, ReserveATicketForItsTime) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket("Opera", "20.50");
  const Answer made = buyer->order(ticket);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text_at(made, "id");
  EXPECT_EQ(made.header("location"), "/api/orders/" + id);
  EXPECT_EQ(text_at(made, "version"), "0");
  EXPECT_EQ(text_at(made, "status"), "created");
  EXPECT_EQ(text_at(made, "userId"), buyer->id);
  EXPECT_EQ(text_at(made, "ticket.id"), ticket);
  EXPECT_EQ(text_at(made, "ticket.title"), "Opera");
  EXPECT_THAT(made.body, HasSubstr(R"("price":20.5})"));
  EXPECT_THAT(text_at(made, "expiresAt"), testing::EndsWith("Z"));
  EXPECT_EQ(buyer->http.get("/api/orders/" + id).body, made.body);
  EXPECT_EQ(buyer->http.get("/api/orders").body, "[" + made.body + "]");
  EXPECT_EQ(seller->http.get("/api/orders").body, "[]");

  expect_problem(seller->order(ticket), 400, "ticket_reserved");
  ASSERT_TRUE(wait_until([&] { return buyer->status_of_ticket(ticket) == "reserved"; },
                         patient(std::chrono::seconds{30})));
  expect_problem(seller->http.put("/api/tickets/" + ticket, R"({"title":"Opera","price":99})"), 400,
                 "ticket_reserved");
}

TEST(Orders, AreRefusedAtAnotherPriceThanTheBuyerSaw) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  std::string ticket = seller->list_ticket("Opera", "20");
  const auto order_at = [&](const std::string& price, const std::string& key = "") {
    return buyer->http.post("/api/orders",
                            fmt::format(R"({{"ticketId":"{}","price":{}}})", ticket, price),
                            key.empty() ? HeaderList{} : HeaderList{{"Idempotency-Key", key}});
  };
  const Answer refused = order_at("19.99", "key-1");
  expect_problem(refused, 400, "price_changed");
  EXPECT_EQ(text_at(refused, "errors.0.field"), "price");
  EXPECT_THAT(refused.body, HasSubstr(R"("price":20)"));
  EXPECT_EQ(order_at("19.99", "key-1").body, refused.body);
  expect_problem(order_at("20", "key-1"), 422, "idempotency_key_reused");
  expect_problem(order_at("-1"), 400, "invalid_input");

  // The event of a new price may come later than the order of a buyer who saw it.
  for (int round = 0; round < scaled(50, 10); ++round) {
    ticket = seller->list_ticket("Opera", "20");
    ASSERT_EQ(seller->http.put("/api/tickets/" + ticket, R"({"title":"Opera","price":21})").status,
              200);
    const Answer made = order_at(R"("21.00")");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(text_at(made, "ticket.price"), "21");
  }
}

TEST(Orders, ASellerMayOrderTheirOwnTicket) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person();
  EXPECT_EQ(seller->order(seller->list_ticket()).status, 201);
}

TEST(Orders, AreCancelledByTheirBuyerAndFreeTheTicket) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket(), order = buyer->reserve(ticket);
  expect_problem(seller->cancel(order), 401, "not_your_order");
  const Answer cancelled = buyer->cancel(order);
  EXPECT_EQ(cancelled.status, 204);
  EXPECT_EQ(cancelled.body, "");
  EXPECT_EQ(buyer->cancel(order).status, 204) << "cancelling twice is the same as once";
  EXPECT_EQ(buyer->status_of_order(order), "cancelled");
  expect_problem(buyer->cancel(unknown_id), 404, "order_not_found");
  EXPECT_EQ(seller->order(ticket).status, 201);
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  EXPECT_EQ(audit_report(marketplace.system()), "");
}

TEST(Payments, MakeTheTicketTheBuyersPermanently) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string ticket = seller->list_ticket("Opera", "12.34"), order = buyer->reserve(ticket);
  const Answer paid = buyer->pay(order);
  ASSERT_EQ(paid.status, 201) << paid.body;
  EXPECT_FALSE(text_at(paid, "id").empty());
  EXPECT_EQ(buyer->status_of_order(order), "complete");
  expect_problem(buyer->pay(order), 400, "order_complete");
  expect_problem(buyer->cancel(order), 400, "order_complete");
  expect_problem(seller->order(ticket), 400, "ticket_reserved");
  EXPECT_EQ(wait_for_rest(marketplace.system(), patient(std::chrono::seconds{30})), "");
  expect_problem(seller->http.put("/api/tickets/" + ticket, R"({"title":"Opera","price":99})"), 400,
                 "ticket_sold");
  EXPECT_EQ(audit_report(marketplace.system()), "");
  const std::string captured = "SELECT captured_cents FROM sandbox_intents WHERE order_id = ";
  EXPECT_EQ(marketplace.system().query("payments", captured + "'" + order + "'"),
            TableRows{{"1234"}});
}

TEST(Payments, APaymentMethodWorksAsATokenDoes) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person();
  const std::string order = buyer->reserve(buyer->list_ticket());
  const Answer paid = buyer->http.post(
      "/api/payments",
      fmt::format(R"({{"orderId":"{}","paymentMethodId":"pm_card_visa"}})", order));
  EXPECT_EQ(paid.status, 201) << paid.body;
}

// What is wrong with the one field at fault in `answer`, as "code {params}".
std::string fault_in(const Answer& answer) {
  const boost::json::value problem = json_of(answer);
  const auto& error = problem.at("errors").at(0);
  EXPECT_EQ(problem.at("errors").as_array().size(), 1U) << answer.body;
  return text_at(error, "code") + " " + boost::json::serialize(error.at("params"));
}

TEST(Problems, NameEachFaultOfAFieldByCodeWithItsParameters) {
  Marketplace& marketplace = shared_marketplace();
  const auto ada = marketplace.person();
  const std::string long_title(201, 'x');
  const auto title = [](const std::string& text) {
    return fmt::format(R"({{"title":{},"price":20}})", text);
  };
  const auto price = [](const std::string& text) {
    return fmt::format(R"({{"title":"Opera","price":{}}})", text);
  };
  for (const auto& [body, fault] : std::vector<std::pair<std::string, std::string>>{
           {R"({"price":20})", "required {}"},
           {title("1"), R"(wrong_type {"type":"string"})"},
           {title(R"("  ")"), "empty {}"},
           {title('"' + long_title + '"'), R"(too_long {"max":200})"},
           {title(R"("a\nb")"), "bad_characters {}"},
           {price("true"), R"(wrong_type {"type":"number"})"},
           {price(R"("twenty")"), "not_an_amount {}"},
           {price("-1"), "negative {}"},
           {price("1.005"), R"(too_many_decimals {"max":2})"},
           {price("0"), R"(too_small {"min":1E-2})"},
           {price("1000000"), R"(too_large {"max":9.9999999E5})"}}) {
    EXPECT_EQ(fault_in(ada->http.post("/api/tickets", body)), fault) << body;
  }
  const auto sign_up = [&](const std::string& email, const std::string& password) {
    return fault_in(
        marketplace.visitor()->http.post("/api/users/signup", credentials(email, password)));
  };
  EXPECT_EQ(sign_up("ada", "123456"), "not_an_email {}");
  EXPECT_EQ(sign_up("a\u200bda@example.com", "123456"), "invisible_character {}");
  EXPECT_EQ(sign_up("b@example.com", "12345"), R"(too_short {"min":6})");
  EXPECT_EQ(sign_up("b@example.com", std::string(257, 'x')), R"(too_long {"max":256})");
  EXPECT_EQ(sign_up(ada->email, "123456"), "email_in_use {}");
  EXPECT_EQ(fault_in(ada->http.get("/api/tickets?limit=0")), R"(not_in_range {"min":1,"max":100})");
  EXPECT_EQ(fault_in(ada->http.get("/api/tickets?cursor=x")), "not_a_cursor {}");
  EXPECT_EQ(fault_in(ada->http.get("/api/tickets?status=gone")),
            R"(not_one_of {"values":"available, reserved, sold"})");
  EXPECT_EQ(fault_in(ada->http.post("/api/orders", R"({"ticketId":"1"})")), "not_an_id {}");
}

TEST(Problems, NameTheWholeRefusalByItsSlugWithItsParameters) {
  Marketplace marketplace({{"LIVE_ORDERS_MAX", "1"}});
  const auto seller = marketplace.person(), buyer = marketplace.person();
  const std::string order = buyer->reserve(seller->list_ticket());
  const std::string second = fmt::format(R"({{"ticketId":"{}"}})", seller->list_ticket());
  EXPECT_EQ(fault_in(buyer->http.post("/api/orders", second)), R"(too_many_orders {"max":1})");
  EXPECT_EQ(fault_in(buyer->http.get("/api/nothing")), "not_found {}");
  const std::string declined =
      fmt::format(R"({{"token":"tok_chargeDeclinedInsufficientFunds","orderId":"{}"}})", order);
  EXPECT_EQ(fault_in(buyer->http.post("/api/payments", declined)),
            R"(card_declined {"reason":"insufficient_funds"})");
}

TEST(Streams, OfTicketsSendTheChangesOfTheList) {
  Marketplace& marketplace = shared_marketplace();
  const auto seller = marketplace.person(), buyer = marketplace.person();
  EventStream stream(buyer->http, "/api/tickets/stream");
  EXPECT_EQ(stream.status(), 200);
  EXPECT_EQ(stream.head().header("content-type"), "text/event-stream");
  const std::string ticket = seller->list_ticket();
  EXPECT_EQ(wait_for_status(stream, ticket, "available"), "available");
  const std::string order = buyer->reserve(ticket);
  EXPECT_EQ(wait_for_status(stream, ticket, "reserved"), "reserved");
  buyer->buy(order);
  EXPECT_EQ(wait_for_status(stream, ticket, "sold"), "sold");
}

TEST(Streams, OfAnOrderBeginWithItsStateAndSendItsEnd) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person();
  const std::string order = buyer->reserve(buyer->list_ticket());
  EventStream stream(buyer->http, "/api/orders/" + order + "/stream");
  const auto status_of = [](const std::optional<EventStream::Message>& message) {
    if (!message) return std::string("nothing");
    EXPECT_EQ(message->event, "order");
    return text_at(Answer{.status = 200, .headers = {}, .body = message->data}, "status");
  };
  EXPECT_EQ(status_of(stream.next(patient(std::chrono::seconds{30}))), "created");
  buyer->buy(order);
  EXPECT_EQ(status_of(stream.next(patient(std::chrono::seconds{30}))), "complete");
}

// The state was read before the watcher was there, so a change in between was never sent.
TEST(Streams, OfAnOrderMissNoChangeWhileTheyOpen) {
  Marketplace& marketplace = shared_marketplace();
  const auto buyer = marketplace.person(), watcher = marketplace.visitor();
  watcher->http.cookies() = buyer->http.cookies();
  for (int round = 0; round < scaled(100, 10); ++round) {
    const std::string order = buyer->reserve(buyer->list_ticket());
    std::thread cancelling([&] { buyer->cancel(order); });
    EventStream stream(watcher->http, "/api/orders/" + order + "/stream");
    std::string last = "nothing";
    for (int i = 0; i < 2 && last != "cancelled"; ++i) {
      const auto message = stream.next(patient(std::chrono::seconds{30}));
      if (!message) break;
      last = text_at(Answer{.status = 200, .headers = {}, .body = message->data}, "status");
    }
    cancelling.join();
    ASSERT_EQ(last, "cancelled") << "round " << round;
  }
}

TEST(Operations, HealthReadinessMetricsAndTheDescriptionAreServed) {
  Marketplace& marketplace = shared_marketplace();
  for (const Part& part : marketplace.system().parts()) {
    SCOPED_TRACE(part.program);
    HttpClient http([&part](std::string_view) { return part.port; });
    EXPECT_EQ(text_at(http.get("/healthz"), "status"), "alive");
    const Answer ready = http.get("/readyz");
    EXPECT_EQ(ready.status, 200);
    EXPECT_EQ(text_at(ready, "status"), "ready");
    EXPECT_EQ(text_at(ready, "checks.bus"), "ok");
    for (const std::string& service : part.services) {
      EXPECT_EQ(text_at(ready, "checks." + service), "ok");
    }
    const Answer metrics = http.get("/metrics");
    EXPECT_THAT(metrics.header("content-type"), StartsWith("text/plain"));
    EXPECT_THAT(metrics.body,
                HasSubstr(R"(http_requests_total{method="GET",route="/readyz",status="200"})"));
  }
  const Answer description = marketplace.visitor()->http.get("/api/openapi.json");
  EXPECT_EQ(description.status, 200);
  EXPECT_THAT(text_at(description, "openapi"), StartsWith("3.1"));
}

TEST(Operations, SettingsHaveTheValuesThatPagesNeed) {
  Marketplace marketplace({{"HOLD_SECONDS", "600"},
                           {"LIVE_ORDERS_MAX", "7"},
                           {"SHOW_ORDERS_MAX", "8"},
                           {"EXPIRY_PAUSE_SECONDS", "60"},
                           {"PROOF", "required"}});
  const Answer answer = marketplace.visitor()->http.get("/api/settings");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("cache-control"), "public, max-age=60");
  EXPECT_EQ(text_at(answer, "holdSeconds"), "600");
  EXPECT_THAT(answer.body, HasSubstr(R"("priceMin":0.01,"priceMax":999999.99,)"));
  EXPECT_EQ(text_at(answer, "titleCharactersMax"), "200");
  EXPECT_EQ(text_at(answer, "liveOrdersMax"), "7");
  EXPECT_EQ(text_at(answer, "showOrdersMax"), "8");
  EXPECT_EQ(text_at(answer, "expiriesMax"), "3");
  EXPECT_EQ(text_at(answer, "expiryPauseSeconds"), "60");
  EXPECT_EQ(text_at(answer, "proofRequired"), "true");
  EXPECT_EQ(text_at(answer, "pageLimitMax"), "100");
  EXPECT_EQ(text_at(answer, "currency"), "usd");
}

TEST(Operations, EveryAnswerHasTheSecurityHeadersAndARequestId) {
  Marketplace& marketplace = shared_marketplace();
  const auto visitor = marketplace.visitor();
  for (const char* path : {"/api/tickets", "/api/orders", "/api/no/such/path"}) {
    const Answer answer = visitor->http.get(path);
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(answer.header("cache-control"), "no-store") << path;
    EXPECT_EQ(answer.header("referrer-policy"), "no-referrer") << path;
    EXPECT_EQ(answer.header("content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'")
        << path;
    EXPECT_GE(answer.header("x-request-id").size(), 8U) << path;
    // A proxy in front may name its product, never its version.
    EXPECT_THAT(answer.header("server"), AnyOf("", "nginx")) << path;
  }
}

TEST(Operations, AMethodThatAPathDoesNotHaveNamesThoseItHas) {
  Marketplace& marketplace = shared_marketplace();
  const auto visitor = marketplace.visitor();
  const Answer answer = visitor->http.remove("/api/tickets");
  expect_problem(answer, 405, "method_not_allowed");
  EXPECT_THAT(answer.header("allow"), AllOf(HasSubstr("GET"), HasSubstr("POST")));
}

}  // namespace
}  // namespace ticketing::system
