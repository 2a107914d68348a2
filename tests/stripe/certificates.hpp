// A certificate authority of the tests' own and a server certificate made by it.
#pragma once

#include <string>

namespace ticketing::test {

struct Certificates {
  std::string authority_pem;
  std::string server_pem;
  std::string server_key_pem;
};

// `subject_alt_name` as OpenSSL writes it: "IP:127.0.0.1" or "DNS:localhost".
Certificates make_certificates(const std::string& subject_alt_name);

}  // namespace ticketing::test
