#include "common/files/folder/folder_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "common/base/exceptions.hpp"
#include "fixtures/run_task.hpp"

namespace ticketing::files {
namespace {

namespace fs = std::filesystem;

class FolderStoreTest : public testing::Test {
 protected:
  mode_t mode_of(const std::string& path) {
    struct stat info{};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }
  asio::io_context io_;
  TemporaryFolder folder_;
};

TEST_F(FolderStoreTest, OpensItsFilesToNoOtherUser) {
  const auto store = open_folder(folder_.file("files"));
  run_task(io_, store->put("posters/one", "x"));
  EXPECT_EQ(mode_of(folder_.file("files")), 0700U);
  EXPECT_EQ(mode_of(folder_.file("files/posters")), 0700U);
  EXPECT_EQ(mode_of(folder_.file("files/posters/one")), 0600U);
}

TEST_F(FolderStoreTest, RemovesWhatAKilledProcessHadNotFinished) {
  {
    const auto store = open_folder(folder_.file("files"));
  }
  const fs::path old = folder_.file("files/.unfinished/old"),
                 fresh = folder_.file("files/.unfinished/new");
  std::ofstream(old) << "half of";
  std::ofstream(fresh) << "half of";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours{2});
  {
    const auto store = open_folder(folder_.file("files"));
  }
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh)) << "another process may be writing it";
}

TEST_F(FolderStoreTest, SaysWhatIsWrongWhenItCannotWrite) {
  std::ofstream(folder_.file("files")) << "no folder";
  EXPECT_THROW(open_folder(folder_.file("files")), ConfigError);
  const auto store = open_folder(folder_.file("others"));
  std::ofstream(folder_.file("others/posters")) << "no folder";
  EXPECT_THROW(run_task(io_, store->put("posters/one", "x")), Unavailable);
  EXPECT_TRUE(fs::is_empty(folder_.file("others/.unfinished")));
}

}  // namespace
}  // namespace ticketing::files
