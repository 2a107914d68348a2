#include "common/base/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/base/exceptions.hpp"

namespace ticketing {
namespace {

Environment environment(std::map<std::string, std::string> values) {
  return Environment(
      [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto at = values.find(name);
        if (at == values.end()) return std::nullopt;
        return at->second;
      });
}

TEST(Environment, GivesTheDefaultWhenAVariableIsUnsetOrEmpty) {
  Environment env = environment({{"PORT", ""}});
  EXPECT_EQ(env.integer("PORT", 4000, 0, 65535), 4000);
  EXPECT_EQ(env.text("DATA_DIR", "./data"), "./data");
  EXPECT_TRUE(env.flag("X", true));
  EXPECT_NO_THROW(env.check());
}

TEST(Environment, NamesEveryVariableThatIsWrongAndSaysWhatIsAllowed) {
  Environment env =
      environment({{"PORT", "70000"}, {"HOLD_SECONDS", "15m"}, {"LOG_LEVEL", "loud"}});
  env.integer("PORT", 4000, 0, 65535);
  env.integer("HOLD_SECONDS", 900, 1, 86400);
  env.one_of("LOG_LEVEL", "info", {"debug", "info"});
  try {
    env.check();
    FAIL() << "three faults went unseen";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("PORT must be a whole number from 0 to 65535"));
    EXPECT_THAT(error.what(), testing::HasSubstr("HOLD_SECONDS"));
    EXPECT_THAT(error.what(), testing::HasSubstr("LOG_LEVEL must be one of debug, info"));
  }
}

}  // namespace
}  // namespace ticketing
