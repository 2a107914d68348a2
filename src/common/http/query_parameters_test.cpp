#include "common/http/query_parameters.hpp"

#include <gtest/gtest.h>

namespace ticketing::http {
namespace {

enum class Sorting { date, new_ };
BOOST_DESCRIBE_ENUM(Sorting, date, new_)

Request with_query(std::vector<std::pair<std::string, std::string>> query) {
  Request request;
  request.query = std::move(query);
  return request;
}

TEST(QueryParameters, AreReadAndKeptForTheAddressesOfOtherPages) {
  const Request request =
      with_query({{"q", "AC/DC"}, {"city", ""}, {"from", "2026-02-28"}, {"max", "12.5"}});
  QueryParameters parameters(request);
  EXPECT_EQ(parameters.text("q"), "AC/DC");
  EXPECT_EQ(parameters.text("city"), std::nullopt);
  EXPECT_EQ(parameters.date("from"), std::chrono::sys_days{std::chrono::days{20'512}});
  EXPECT_EQ(parameters.amount("max", 100'000), Money{1'250});
  EXPECT_EQ(parameters.one_of<Sorting>("sort"), std::nullopt);
  EXPECT_EQ(parameters.filter(), "&q=AC%2FDC&from=2026-02-28&max=12.5");
  EXPECT_FALSE(parameters.error());
}

TEST(QueryParameters, HaveAllTheirFaultsNamed) {
  const Request request = with_query({{"q", std::string(201, 'x')},
                                      {"city", "a\nb"},
                                      {"from", "2026-02-30"},
                                      {"sort", "age"},
                                      {"min", "-1"},
                                      {"max", "12.345"},
                                      {"most", "1e3"},
                                      {"other", "2000"}});
  QueryParameters parameters(request);
  EXPECT_FALSE(parameters.text("q") || parameters.text("city") || parameters.date("from"));
  EXPECT_FALSE(parameters.one_of<Sorting>("sort"));
  for (const char* name : {"min", "max", "most", "other"})
    EXPECT_FALSE(parameters.amount(name, 100'000)) << name;
  const auto error = parameters.error();
  ASSERT_TRUE(error);
  std::string fields;
  for (const FieldError& field : error->fields) fields += field.field + " ";
  EXPECT_EQ(fields, "q city from sort min max most other ");
}

TEST(QueryParameters, LeaveOutValuesOfAnEnumeration) {
  const Request request = with_query({{"sort", "new"}});
  QueryParameters parameters(request);
  EXPECT_EQ(parameters.one_of<Sorting>("sort"), Sorting::new_);
  EXPECT_FALSE(parameters.one_of("sort", std::vector{Sorting::new_}));
  EXPECT_EQ(parameters.error()->fields.at(0).message, "sort must be one of date");
}

}  // namespace
}  // namespace ticketing::http
