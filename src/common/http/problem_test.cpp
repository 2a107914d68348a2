#include "common/http/problem.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

namespace ticketing::http {
namespace {

TEST(Problem, CarriesTheDetailAsItsOnlyErrorWhenNoFieldIsAtFault) {
  trace::Context context;
  context.set_request_id("req-12345");
  const trace::Scope scope(context);
  const Response response = problem_response({.kind = ErrorKind::not_found,
                                              .slug = slugs::not_found,
                                              .detail = "There is no \"such\" topic.",
                                              .fields = {}});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.find("Retry-After"), std::nullopt);
  EXPECT_EQ(
      response.body,
      R"({"type":"/problems/not_found","title":"Not Found","status":404,)"
      R"("detail":"There is no \"such\" topic.","slug":"not_found",)"
      R"("requestId":"req-12345","errors":[{"code":"not_found","params":{},"message":"There is no \"such\" topic."}]})");
}

TEST(Problem, NamesEachFieldAtFault) {
  Error error = invalid_field("title", {codes::empty(), "must not be empty"});
  error.fields.push_back({.code = codes::not_in_range(1, Money{1250}),
                          .message = "price must be from 1 to 12.5",
                          .field = "price"});
  const Response response = problem_response(error);
  EXPECT_TRUE(response.body.ends_with(R"("errors":[)"
                                      R"({"code":"empty","params":{},)"
                                      R"("message":"title must not be empty","field":"title"},)"
                                      R"({"code":"not_in_range","params":{"min":1,"max":12.5},)"
                                      R"("message":"price must be from 1 to 12.5",)"
                                      R"("field":"price"}]})"))
      << response.body;
}

TEST(Problem, HasTheValueThatWouldBeRightUnderTheNameOfItsField) {
  const CodeKind changed{"changed", "price", "note"};
  const Error error{.slug = slugs::invalid_input,
                    .detail = "The price has changed.",
                    .fields = {{.code = changed(Money{.cents = 2500}, "a \"new\" one"),
                                .message = "the price is 25 now",
                                .field = "price"}}};
  EXPECT_TRUE(problem_response(error).body.ends_with(
      R"([{"code":"changed","params":{"price":25,"note":"a \"new\" one"},)"
      R"("message":"the price is 25 now","field":"price","price":25}]})"));
}

TEST(Problem, ContainsTheTimeToTryAgain) {
  const Response response = problem_response({.kind = ErrorKind::throttled,
                                              .slug = Code("too_many_attempts", {}),
                                              .detail = "Wait.",
                                              .fields = {},
                                              .retry_after = std::chrono::seconds{8}});
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.headers.find("Retry-After"), "8");
}

TEST(Problem, EveryKindHasAStatusWithATitle) {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::unavailable); ++kind) {
    const int status = status_of(static_cast<ErrorKind>(kind));
    EXPECT_GE(status, 400);
    EXPECT_NE(reason_phrase(status), "") << status;
  }
}

TEST(Problem, ExceptionsHaveTheirOwnSlugOrNoDetails) {
  const Error unavailable =
      error_of(std::make_exception_ptr(Unavailable("db at 10.0.0.1", std::chrono::seconds{3})));
  EXPECT_EQ(unavailable.slug, "unavailable");
  EXPECT_EQ(unavailable.kind, ErrorKind::unavailable);
  EXPECT_EQ(unavailable.retry_after, std::chrono::seconds{3});
  EXPECT_EQ(unavailable.detail.find("10.0.0.1"), std::string::npos);

  const Error unknown = error_of(std::make_exception_ptr(OutcomeUnknown("commit lost")));
  EXPECT_EQ(unknown.slug, "outcome_unknown");
  EXPECT_EQ(status_of(unknown.kind), 503);
  EXPECT_NE(unknown.detail.find("same Idempotency-Key"), std::string::npos);

  for (const auto& failure :
       {std::make_exception_ptr(std::runtime_error("secret")),
        std::make_exception_ptr(ConfigError("secret")), std::make_exception_ptr(42)}) {
    const Error internal = error_of(failure);
    EXPECT_EQ(internal.slug, "internal_error");
    EXPECT_EQ(status_of(internal.kind), 500);
    EXPECT_EQ(internal.detail.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace ticketing::http
