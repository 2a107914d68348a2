// s3://access-key:secret-key@host:port/bucket/prefix?region=eu-central-1, for FILES_URL.
#pragma once

#include <string>
#include <string_view>

#include "common/files/s3/signature.hpp"

namespace ticketing::files {

struct S3Address {
  std::string host;  // with its port
  std::string bucket;
  std::string prefix;  // "", or "a/folder/"
  S3Credentials credentials;
  bool is_encrypted = true;  // HTTPS
};

// Keys may be percent-encoded. `tls=off` is for a server on this machine only. Throws ConfigError;
// its text has no secret in it.
S3Address parse_s3_url(std::string_view url);

}  // namespace ticketing::files
