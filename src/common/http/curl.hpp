// libcurl, as the adapters that use it need it: of HTTP, and of mails.
#pragma once

#include <curl/curl.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "common/base/exceptions.hpp"

namespace ticketing::http {

struct CurlDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDeleter>;
using CurlList = std::unique_ptr<curl_slist, CurlDeleter>;

// Before the first use of libcurl. `ca_file`: a file of certificate authorities that must be
// readable, or empty. Throws ConfigError.
inline void prepare_curl(const std::string& ca_file) {
  static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!is_ready) throw ConfigError("libcurl cannot be used");
  if (!ca_file.empty() && ::access(ca_file.c_str(), R_OK) != 0)
    throw ConfigError("cannot read the certificate authorities in " + ca_file);
}

// Servers are who they say, by the authorities in `ca_file` or else those of the system; no proxy
// of the environment is used, and no signal. False when libcurl refuses an option.
inline bool trust_only(CURL* easy, const std::string& ca_file) {
  bool ok = true;
  const auto set = [&](CURLoption option, auto value) {
    ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK;
  };
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!ca_file.empty()) {
    set(CURLOPT_CAINFO, ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  return ok;
}

}  // namespace ticketing::http
