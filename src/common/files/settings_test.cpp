#include "common/files/settings.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

namespace ticketing::files {
namespace {

Settings settings_of(const std::string& url) {
  Environment environment([&](const std::string& name) -> std::optional<std::string> {
    if (name == "FILES_URL") return url;
    return std::nullopt;
  });
  const Settings settings = read_settings(environment);
  environment.check();
  return settings;
}

TEST(FilesUrl, NamesAFolderTheDatabaseOrABucket) {
  EXPECT_EQ(settings_of("").place, Place::by_shape);
  EXPECT_EQ(settings_of("database").place, Place::database);
  EXPECT_EQ(settings_of("file:///srv/files").place, Place::folder);
  EXPECT_EQ(settings_of("file:///srv/files").folder, "/srv/files");
  EXPECT_EQ(settings_of("s3://a:b@s3.example/bucket").place, Place::s3);
  EXPECT_EQ(settings_of("s3://a:b@s3.example/bucket").s3.bucket, "bucket");
}

TEST(FilesUrl, IsRefusedWhenItNamesNoneOfThem) {
  for (const char* url : {"files", "file://", "file:///", "file://host", "ftp://a/b", "/srv/files",
                          "s3://a:b@s3.example"})
    EXPECT_THROW(settings_of(url), ConfigError) << url;
}

}  // namespace
}  // namespace ticketing::files
