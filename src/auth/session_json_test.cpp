#include "auth/session_json.hpp"

#include "fixtures/described_schema.hpp"

namespace ticketing::auth {
namespace {

TEST(SessionJson, IsAsTheApisDescriptionSays) {
  fixtures::expect_answer_as_described<SessionAnswer>("Session");
}

}  // namespace
}  // namespace ticketing::auth
