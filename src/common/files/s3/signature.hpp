// Signature version 4 of AWS, as S3 takes it: docs.aws.amazon.com/AmazonS3/latest/API/
// sig-v4-header-based-auth.html. No I/O.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"

namespace ticketing::files {

struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string region = "us-east-1";
  std::string service = "s3";
};

struct S3Request {
  std::string method;
  std::string path;  // as it is, with its slash; without a query
  std::map<std::string, std::string>
      headers;                 // those to sign besides the time, names in lower case
  std::string payload_sha256;  // in hex
};

// "20130524T000000Z", for x-amz-date.
std::string s3_time(Timestamp time);
// A path with everything escaped but letters, digits and "-._~/".
std::string s3_path(std::string_view path);
// The value of the Authorization field.
std::string s3_authorization(const S3Request& request, const S3Credentials& credentials,
                             Timestamp time);

}  // namespace ticketing::files
