#include "common/runtime/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "common/base/exceptions.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::runtime {
namespace {

Environment environment(std::map<std::string, std::string> values) {
  return Environment(
      [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto at = values.find(name);
        if (at == values.end()) return std::nullopt;
        return at->second;
      });
}

TEST(HostSettings, HaveDefaultsThatNeedNothing) {
  Environment env = environment({});
  const HostSettings settings = read_host_settings(env);
  EXPECT_NO_THROW(env.check());
  EXPECT_EQ(settings.port, 4000);
  EXPECT_EQ(settings.data_dir, "./data");
  EXPECT_FALSE(settings.cookie_secure);
}

TEST(HostSettings, ProductionMeansSecureCookies) {
  Environment env = environment({{"MODE", "production"}});
  EXPECT_TRUE(read_host_settings(env).cookie_secure);
}

TEST(HostSettings, RefuseAShortSecretWithoutPrintingIt) {
  Environment env = environment({{"JWT_KEY", "hunter2"}});
  read_host_settings(env);
  try {
    env.check();
    FAIL() << "a secret of 7 characters was accepted";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("JWT_KEY"));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("hunter2")));
  }
}

TEST(HostSettings, RefuseASecretThatIsEasyToGuessInProductionAlone) {
  for (const char* mode : {"local", "production"}) {
    Environment env = environment({{"MODE", mode}, {"JWT_KEY", "aaaaaaaaaaaaaaaa"}});
    read_host_settings(env);
    if (std::string_view(mode) == "local") {
      EXPECT_NO_THROW(env.check());
      continue;
    }
    try {
      env.check();
      FAIL() << "sixteen times the same letter was accepted";
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("openssl rand -hex 32"));
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("aaaa")));
    }
  }
}

TEST(HostSettings, RefuseAnAddressThatIsNone) {
  for (const char* address : {"nowhere", "localhost", "1.2.3", "127.0.0.1:4000"}) {
    Environment env = environment({{"BIND_ADDRESS", address}});
    read_host_settings(env);
    EXPECT_THROW(env.check(), ConfigError) << address;
  }
  Environment env = environment({{"BIND_ADDRESS", "::1"}});
  read_host_settings(env);
  EXPECT_NO_THROW(env.check());
}

TEST(HostSettings, NameTheVariableOfABadPublicKey) {
  Environment env = environment({{"JWT_PUBLIC_KEYS", "abc, def"}});
  read_host_settings(env);
  EXPECT_THROW(env.check(), ConfigError);
}

TEST(Secret, IsMadeOnceAndReadableByItsOwnerAlone) {
  TemporaryFolder folder;
  const std::string first = load_or_make_secret(folder.file(""));
  EXPECT_GE(first.size(), 43U);
  EXPECT_EQ(load_or_make_secret(folder.file("")), first);
  struct stat info{};
  ASSERT_EQ(::stat(folder.file("jwt.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(Secret, IsRefusedWhereOthersMayReadIt) {
  TemporaryFolder folder;
  const std::string made = load_or_make_secret(folder.file(""));
  for (const mode_t mode : {0644, 0640, 0604, 0620}) {
    ASSERT_EQ(::chmod(folder.file("jwt.key").c_str(), mode), 0);
    try {
      load_or_make_secret(folder.file(""));
      ADD_FAILURE() << std::oct << mode << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("chmod 600 "));
      EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr(made)));
    }
  }
  ASSERT_EQ(::chmod(folder.file("jwt.key").c_str(), 0600), 0);
  EXPECT_EQ(load_or_make_secret(folder.file("")), made);
}

TEST(Secret, IsNotWaitedForWhereItsFileIsAFifo) {
  TemporaryFolder folder;
  ASSERT_EQ(::mkfifo(folder.file("jwt.key").c_str(), 0600), 0);
  EXPECT_THROW(load_or_make_secret(folder.file("")), ConfigError);
}

mode_t mode_of(const std::string& path) {
  struct stat info{};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

TEST(DataFolder, IsClosedToOthersUnlessItIsSharedOnPurpose) {
  TemporaryFolder folder;
  make_private_folder(folder.file("new/deep"));
  EXPECT_EQ(mode_of(folder.file("new/deep")), 0700U);
  std::filesystem::create_directory(folder.file("old"));
  ASSERT_EQ(::chmod(folder.file("old").c_str(), 0755), 0);
  make_private_folder(folder.file("old"));
  EXPECT_EQ(mode_of(folder.file("old")), 0700U);
  std::filesystem::create_directory(folder.file("shared"));
  ASSERT_EQ(::chmod(folder.file("shared").c_str(), 01777), 0);
  make_private_folder(folder.file("shared"));
  EXPECT_EQ(mode_of(folder.file("shared")), 01777U);
}

}  // namespace
}  // namespace ticketing::runtime
