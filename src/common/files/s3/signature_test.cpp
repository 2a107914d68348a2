// The examples that AWS has published: "get-vanilla" of its test suite for signature version 4, and
// two of the page about S3's Authorization header.
#include "common/files/s3/signature.hpp"

#include <gtest/gtest.h>

#include "common/base/digest.hpp"

namespace ticketing::files {
namespace {

const std::string secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const std::string empty_sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Timestamp time_of(const char* iso) { return *parse_iso8601(iso); }
std::string signature_of(const std::string& authorization) {
  return authorization.substr(authorization.rfind('=') + 1);
}

TEST(S3Signature, IsThatOfTheTestSuite) {
  const S3Credentials credentials{.access_key = "AKIDEXAMPLE",
                                  .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                                  .region = "us-east-1",
                                  .service = "service"};
  const S3Request request{.method = "GET",
                          .path = "/",
                          .headers = {{"host", "example.amazonaws.com"}},
                          .payload_sha256 = empty_sha256};
  EXPECT_EQ(s3_authorization(request, credentials, time_of("2015-08-30T12:36:00.000Z")),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
            "SignedHeaders=host;x-amz-date,Signature="
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(S3Signature, IsThatOfTheExamplesOfS3) {
  const S3Credentials credentials{.access_key = "AKIAIOSFODNN7EXAMPLE", .secret_key = secret};
  const Timestamp time = time_of("2013-05-24T00:00:00.000Z");
  const std::string host = "examplebucket.s3.amazonaws.com";
  const S3Request get{
      .method = "GET",
      .path = "/test.txt",
      .headers = {{"host", host}, {"range", "bytes=0-9"}, {"x-amz-content-sha256", empty_sha256}},
      .payload_sha256 = empty_sha256};
  EXPECT_EQ(signature_of(s3_authorization(get, credentials, time)),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  const std::string sum = sha256_hex("Welcome to Amazon S3.");
  const S3Request put{.method = "PUT",
                      .path = "/test$file.text",
                      .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                  {"host", host},
                                  {"x-amz-content-sha256", sum},
                                  {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                      .payload_sha256 = sum};
  EXPECT_EQ(signature_of(s3_authorization(put, credentials, time)),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(S3Signature, EscapesPathsAsS3Does) {
  EXPECT_EQ(s3_path("/a/b-c_d.e~f"), "/a/b-c_d.e~f");
  EXPECT_EQ(s3_path("/test$file.text"), "/test%24file.text");
  EXPECT_EQ(s3_path("/\xc3\xa9 "), "/%C3%A9%20");
}

}  // namespace
}  // namespace ticketing::files
