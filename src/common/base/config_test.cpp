#include "common/base/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
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

class EnvironmentFiles : public testing::Test {
 public:
  ~EnvironmentFiles() override { std::filesystem::remove_all(folder_); }

 protected:
  EnvironmentFiles()
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(folder_);
  }

  std::string write(const std::string& content) const {
    const std::string path = folder_ / "value";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  static std::string fault_of(Environment& env) {
    try {
      env.check();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_;
};

TEST_F(EnvironmentFiles, AValueMayBeInAFileWithOrWithoutAnEndOfLine) {
  for (const char* content :
       {"a secret of many words", "a secret of many words\n", "a secret of many words\r\n"}) {
    Environment env = environment({{"JWT_KEY_FILE", write(content)}, {"JWT_KEY", ""}});
    EXPECT_EQ(env.text("JWT_KEY", ""), "a secret of many words");
    EXPECT_EQ(fault_of(env), "");
  }
  Environment number = environment({{"PORT_FILE", write("4711\n")}});
  EXPECT_EQ(number.integer("PORT", 4000, 0, 65535), 4711);
}

TEST_F(EnvironmentFiles, AFileThatCannotBeReadIsAFaultThatNamesIt) {
  Environment large = environment({{"STRIPE_KEY_FILE", write(std::string(70'000, 'x'))}});
  EXPECT_FALSE(large.optional_text("STRIPE_KEY"));
  EXPECT_THAT(fault_of(large), testing::HasSubstr("larger than 64 KiB"));
  for (const std::string& path : {folder_.string(), std::string("/nowhere/key")}) {
    Environment env = environment({{"STRIPE_KEY_FILE", path}});
    EXPECT_FALSE(env.optional_text("STRIPE_KEY"));
    EXPECT_THAT(fault_of(env), testing::HasSubstr("STRIPE_KEY_FILE: " + path + " "));
  }
}

TEST_F(EnvironmentFiles, AnEmptyNameIsAFaultThatNamesTheVariable) {
  Environment env = environment({{"JWT_KEY_FILE", ""}});
  EXPECT_FALSE(env.optional_text("JWT_KEY"));
  EXPECT_EQ(fault_of(env), "configuration: JWT_KEY_FILE is empty; name a file, or do not set it");
}

TEST_F(EnvironmentFiles, AFileWithoutContentIsAFaultUnlessTheReaderSaysOtherwise) {
  const std::string path = write("\n");
  Environment env = environment(
      {{"JWT_KEY_FILE", path}, {"STRIPE_KEY_FILE", path}, {"JWT_PUBLIC_KEYS_FILE", path}});
  EXPECT_FALSE(env.optional_text("STRIPE_KEY", EmptyFile::unset));
  EXPECT_THAT(env.list("JWT_PUBLIC_KEYS"), testing::IsEmpty());
  EXPECT_EQ(fault_of(env), "");
  EXPECT_FALSE(env.optional_text("JWT_KEY"));
  EXPECT_EQ(fault_of(env), "configuration: JWT_KEY_FILE: " + path + " is empty");
}

TEST_F(EnvironmentFiles, AValueGivenTwiceIsReportedOnce) {
  Environment env = environment({{"JWT_KEY_FILE", write("one")}, {"JWT_KEY", "another"}});
  env.text("JWT_KEY", "");
  env.text("JWT_KEY", "");
  EXPECT_EQ(fault_of(env), "configuration: JWT_KEY and JWT_KEY_FILE are both set; set one of them");
}

}  // namespace
}  // namespace ticketing
