#include "servers/certificates.hpp"

#include "servers/child_process.hpp"

namespace ticketing::servers {
namespace {

constexpr std::chrono::seconds openssl_limit{20};

void openssl(const std::filesystem::path& folder, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), find_program("openssl", "openssl"));
  arguments.insert(arguments.end(), {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                     "-noenc", "-days", "2"});
  run_to_end({.arguments = std::move(arguments), .output_file = folder / "openssl.log"},
             openssl_limit);
}

}  // namespace

CertificateAuthority::CertificateAuthority() : folder_(make_temporary_folder("authority")) {
  openssl(folder_, {"req", "-x509", "-subj", "/CN=authority of a test", "-keyout",
                    folder_ / "ca.key", "-out", file()});
}

CertificateAuthority::~CertificateAuthority() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

CertificateAuthority::Certificate CertificateAuthority::issue(const std::string& names) {
  const std::string name = "server-" + std::to_string(++issued_);
  Certificate made{.certificate = folder_ / (name + ".crt"), .key = folder_ / (name + ".key")};
  openssl(folder_,
          {"req", "-x509", "-CA", file(), "-CAkey", folder_ / "ca.key", "-subj", "/CN=" + name,
           "-addext", "subjectAltName=" + names, "-addext", "basicConstraints=critical,CA:FALSE",
           "-keyout", made.key, "-out", made.certificate});
  return made;
}

}  // namespace ticketing::servers
