#include "common/files/s3/s3_address.hpp"

#include <gtest/gtest.h>

#include "common/base/exceptions.hpp"

namespace ticketing::files {
namespace {

TEST(S3Address, IsReadFromAUrl) {
  const S3Address address = parse_s3_url(
      "s3://AKIA:a%2Fb%40c@s3.eu-central-1.amazonaws.com/pictures/of/shop?region=eu-central-1");
  EXPECT_EQ(address.host, "s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(address.bucket, "pictures");
  EXPECT_EQ(address.prefix, "of/shop/");
  EXPECT_EQ(address.credentials.access_key, "AKIA");
  EXPECT_EQ(address.credentials.secret_key, "a/b@c");
  EXPECT_EQ(address.credentials.region, "eu-central-1");
  EXPECT_TRUE(address.is_encrypted);
  const S3Address local = parse_s3_url("s3://a:b@127.0.0.1:7070/bucket?tls=off");
  EXPECT_EQ(local.host, "127.0.0.1:7070");
  EXPECT_EQ(local.prefix, "");
  EXPECT_FALSE(local.is_encrypted);
}

TEST(S3Address, IsRefusedWithoutTellingTheKeys) {
  for (const char* url :
       {"s3://", "s3://host/bucket", "s3://key@host/bucket", "s3://a:secret@host",
        "s3://a:secret@/b", "s3://a:secret@host/", "s3://a:secret@host/B", "s3://a:%zz@host/b",
        "s3://:secret@host/b", "s3://a:secret@host/b?region=", "s3://a:secret@host/b?other=1",
        "s3://a:secret@host/b?tls=off", "s3://a:secret@localhost.example/b?tls=off"}) {
    try {
      parse_s3_url(url);
      ADD_FAILURE() << url;
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("secret@"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace ticketing::files
