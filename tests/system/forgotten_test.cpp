// A forgotten password, over HTTP: the mail is read from the folder, as by its owner.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>

#include "fixtures/run_task.hpp"
#include "system/mails.hpp"
#include "system/marketplace.hpp"

namespace ticketing::system {
namespace {

std::string body_with(const std::string& email) {
  return fmt::format(R"({{"email":"{}"}})", email);
}

std::string reset_body(const std::string& token, const std::string& password) {
  return fmt::format(R"({{"token":"{}","password":"{}"}})", token, password);
}

TEST(ForgottenPassword, IsReplacedByAMailedLinkAndEndsEverySession) {
  const TemporaryFolder folder;
  Marketplace marketplace({{"DATA_DIR", folder.file("data")}});
  const auto ada = marketplace.person();
  const auto visitor = marketplace.visitor();
  const Answer asked = visitor->http.post("/api/users/forgot", body_with(ada->email));
  EXPECT_EQ(asked.status, 202) << asked.body;
  const std::string token = wait_for_token(folder.file("data/mail"), ada->email, "reset");
  EXPECT_EQ(
      text_at(visitor->http.post("/api/users/reset", reset_body(token, "x")), "errors.0.field"),
      "password");
  EXPECT_EQ(visitor->http.post("/api/users/reset", reset_body(token, "654321")).status, 200);
  EXPECT_EQ(text_at(visitor->http.post("/api/users/reset", reset_body(token, "another")), "slug"),
            "link_over");
  EXPECT_EQ(ada->http.post("/api/users/refresh", "{}").status, 401);
  const auto sign_in = [&](const std::string& password) {
    return visitor->http
        .post("/api/users/signin",
              fmt::format(R"({{"email":"{}","password":"{}"}})", ada->email, password))
        .status;
  };
  EXPECT_EQ(sign_in("123456"), 400);
  EXPECT_EQ(sign_in("654321"), 200);
}

// The ranks of the times for known addresses among all: for the same distribution their mean is in
// the middle, with a deviation that is known (Mann and Whitney).
TEST(ForgottenPassword, TellsNothingOfAnAccountByItsTime) {
  Marketplace marketplace({{"RESETS_AN_HOUR", "0"}});
  const auto ada = marketplace.visitor();
  constexpr int rounds = 40;
  std::vector<std::pair<double, bool>> times;
  std::string answers[2];
  std::vector<std::string> emails;
  for (int i = 0; i < rounds; ++i) {
    emails.push_back(marketplace.person()->email);
    emails.push_back(fmt::format("unknown-{}@example.com", i));
  }
  // In no order: the mail of one is still being sent while the next is asked for.
  std::ranges::shuffle(emails, std::mt19937{7});
  for (const std::string& email : emails) {
    const bool is_known = !email.starts_with("unknown-");
    const auto begun = std::chrono::steady_clock::now();
    const Answer answer = ada->http.post("/api/users/forgot", body_with(email));
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begun;
    EXPECT_EQ(answer.status, 202) << answer.body;
    answers[is_known ? 1 : 0] = answer.body;
    times.emplace_back(taken.count(), is_known);
  }
  EXPECT_EQ(answers[0], answers[1]);
  std::ranges::sort(times);
  double rank_sum = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i].second) rank_sum += static_cast<double>(i + 1);
  }
  const double n = rounds, u = rank_sum - n * (n + 1) / 2;
  const double deviations = (u - n * n / 2) / std::sqrt(n * n * (2 * n + 1) / 12);
  fmt::print("median {:.1f} ms, known addresses {:+.1f} deviations from the middle\n",
             times[times.size() / 2].first, deviations);
  EXPECT_LT(std::abs(deviations), 4);
}

}  // namespace
}  // namespace ticketing::system
