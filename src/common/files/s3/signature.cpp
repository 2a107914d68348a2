#include "common/files/s3/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "common/base/digest.hpp"
#include "common/base/text.hpp"

namespace ticketing::files {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string signing_key(const S3Credentials& credentials, std::string_view day) {
  const std::string of_day = hmac_sha256("AWS4" + credentials.secret_key, day);
  const std::string of_region = hmac_sha256(of_day, credentials.region);
  return hmac_sha256(hmac_sha256(of_region, credentials.service), "aws4_request");
}

}  // namespace

std::string s3_time(Timestamp time) {
  std::string text = to_iso8601(time);  // 2013-05-24T00:00:00.000Z
  text.resize(text.find('.'));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string s3_path(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    if (is_unreserved(c) || c == '/') {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::string s3_authorization(const S3Request& request, const S3Credentials& credentials,
                             Timestamp time) {
  const std::string at = s3_time(time), day = at.substr(0, at.find('T'));
  std::map<std::string, std::string> headers = request.headers;
  headers["x-amz-date"] = at;
  std::string names, fields;
  for (const auto& [name, value] : headers) {
    names += names.empty() ? name : ";" + name;
    fields += name + ":" + value + "\n";
  }
  const std::string canonical =
      fmt::format("{}\n{}\n\n{}\n{}\n{}", request.method, s3_path(request.path), fields, names,
                  request.payload_sha256);
  const std::string scope =
      fmt::format("{}/{}/{}/aws4_request", day, credentials.region, credentials.service);
  const std::string text =
      fmt::format("{}\n{}\n{}\n{}", algorithm, at, scope, sha256_hex(canonical));
  const std::string signature = hmac_sha256(signing_key(credentials, day), text);
  return fmt::format("{} Credential={}/{},SignedHeaders={},Signature={}", algorithm,
                     credentials.access_key, scope, names,
                     to_hex(std::as_bytes(std::span(signature))));
}

}  // namespace ticketing::files
