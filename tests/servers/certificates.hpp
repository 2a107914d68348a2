// For tests: a certificate authority of their own, and certificates of servers.
#pragma once

#include <filesystem>
#include <string>

namespace ticketing::servers {

class CertificateAuthority {
 public:
  // Makes it in a temporary folder, with the program `openssl`.
  CertificateAuthority();
  ~CertificateAuthority();
  CertificateAuthority(const CertificateAuthority&) = delete;
  CertificateAuthority& operator=(const CertificateAuthority&) = delete;

  struct Certificate {
    std::filesystem::path certificate;
    std::filesystem::path key;
  };
  // `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:localhost".
  Certificate issue(const std::string& names);
  std::filesystem::path file() const { return folder_ / "ca.crt"; }

 private:
  std::filesystem::path folder_;
  int issued_ = 0;
};

}  // namespace ticketing::servers
