#include "common/base/small_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>

#include "common/base/config.hpp"
#include "common/base/exceptions.hpp"
#include "fixtures/project.hpp"

namespace ticketing {
namespace {

namespace fs = std::filesystem;

class SmallFiles : public testing::Test {
 public:
  ~SmallFiles() override { fs::remove_all(folder_); }

 protected:
  SmallFiles()
      : folder_(fs::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  // The fault of the configuration for JWT_KEY_FILE with this path.
  static std::string fault_with(const std::string& path) {
    Environment environment([path](const std::string& name) -> std::optional<std::string> {
      if (name == "JWT_KEY_FILE") return path;
      return std::nullopt;
    });
    environment.text("JWT_KEY", "");
    try {
      environment.check();
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder_;
};

TEST_F(SmallFiles, AreReadThroughSymbolicLinksAsKubernetesMountsThem) {
  fs::create_directory(folder_ / "..2026");
  write("..2026/JWT_KEY", "a secret");
  fs::create_directory_symlink("..2026", folder_ / "..data");
  fs::create_symlink("..data/JWT_KEY", folder_ / "JWT_KEY");
  EXPECT_EQ(read_small_file(folder_ / "JWT_KEY")->content, "a secret");
  EXPECT_EQ(fault_with(folder_ / "JWT_KEY"), "");
}

// A start that waits for a writer would look like a program that hangs.
TEST_F(SmallFiles, AFifoIsRefusedAtOnce) {
  const std::string path = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  fs::create_symlink("fifo", folder_ / "link");
  for (const std::string& name : {path, std::string(folder_ / "link")}) {
    auto said = std::async(std::launch::async, [name] { return fault_with(name); });
    if (said.wait_for(std::chrono::seconds{10}) != std::future_status::ready) {
      ADD_FAILURE() << "it waits for a writer";
      ::close(::open(path.c_str(), O_WRONLY | O_NONBLOCK));
    }
    EXPECT_EQ(said.get(), "configuration: JWT_KEY_FILE: " + name + " is a FIFO, not a file");
  }
}

TEST_F(SmallFiles, WhatIsNoFileIsRefusedByName) {
  EXPECT_EQ(read_small_file(folder_).error(), "is a folder, not a file");
  EXPECT_EQ(read_small_file("/dev/zero").error(), "is a device, not a file");
  EXPECT_EQ(read_small_file(folder_ / "none").error(), "cannot be read: No such file or directory");
}

TEST_F(SmallFiles, WhatIsTooLargeIsRefused) {
  EXPECT_EQ(read_small_file(write("large", std::string(65'536, 'x')))->content.size(), 65'536U);
  EXPECT_EQ(read_small_file(write("large", std::string(65'537, 'x'))).error(),
            "is larger than 64 KiB");
}

class OpenSmallFiles : public SmallFiles {
 protected:
  void SetUp() override {
    const fs::path closed = fixtures::closed_folder_above(folder_);
    if (closed.empty()) return;
    GTEST_SKIP() << "DID NOT RUN: files open to other users, who cannot enter " << closed;
  }
};

TEST_F(OpenSmallFiles, AreOpenToAllOnlyWhereTheirFoldersAre) {
  const std::string path = write("key", "a secret");
  fs::permissions(path, fs::perms(0644));
  EXPECT_TRUE(read_small_file(path)->is_open_to_all);
  fs::permissions(path, fs::perms(0640));
  EXPECT_FALSE(read_small_file(path)->is_open_to_all);
  fs::permissions(path, fs::perms(0444));
  fs::permissions(folder_, fs::perms(0700));
  EXPECT_FALSE(read_small_file(path)->is_open_to_all);
}

TEST_F(OpenSmallFiles, AreNamedInTheLogOnceForTheProgram) {
  const std::string path = write("key", "a secret");
  fs::permissions(path, fs::perms(0644));
  Environment environment([path](const std::string& name) -> std::optional<std::string> {
    if (name == "JWT_KEY_FILE" || name == "STRIPE_KEY_FILE") return path;
    return std::nullopt;
  });
  for (const char* name : {"JWT_KEY", "STRIPE_KEY", "JWT_KEY"}) environment.text(name, "");
  EXPECT_NO_THROW(environment.check());
  testing::internal::CaptureStderr();
  environment.warn_of_open_files();
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_THAT(logged, testing::HasSubstr(R"("variables":"JWT_KEY_FILE, STRIPE_KEY_FILE")"));
  EXPECT_THAT(logged, testing::Not(testing::HasSubstr("a secret")));
}

TEST_F(SmallFiles, APathThatIsReadElsewhereMustNotBeAFifo) {
  const std::string path = folder_ / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  Environment named([path](const std::string& name) -> std::optional<std::string> {
    if (name == "STORES_CA_FILE") return path;
    return std::nullopt;
  });
  EXPECT_EQ(named.file_path("STORES_CA_FILE"), path);
  EXPECT_THROW(named.check(), ConfigError);
}

}  // namespace
}  // namespace ticketing
