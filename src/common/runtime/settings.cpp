#include "common/runtime/settings.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/base/exceptions.hpp"
#include "common/base/production.hpp"
#include "common/base/random.hpp"
#include "common/base/secret.hpp"
#include "common/base/small_file.hpp"
#include "common/base/text.hpp"
#include "common/identity/jwt.hpp"

namespace ticketing::runtime {
namespace {

bool is_address(const std::string& text) {
  std::array<std::byte, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

HostSettings read_host_settings(Environment& environment) {
  HostSettings settings;
  settings.bind_address = environment.text("BIND_ADDRESS", "127.0.0.1");
  if (!is_address(settings.bind_address)) {
    environment.fault("BIND_ADDRESS must be an IP address, such as 127.0.0.1 or ::");
  }
  settings.port = static_cast<std::uint16_t>(environment.integer("PORT", 4000, 0, 65535));
  settings.data_dir = environment.text("DATA_DIR", "./data");
  log::parse_level(
      environment.one_of("LOG_LEVEL", "info", {"debug", "info", "warn", "error", "off"}),
      settings.log_level);
  settings.access_log_every =
      static_cast<std::size_t>(environment.integer("ACCESS_LOG_EVERY", 100, 0, 1'000'000));
  settings.production = is_production(environment);
  settings.requires_verified_addresses =
      environment.one_of("VERIFY_EMAIL", settings.production ? "required" : "off",
                         {"off", "required"}) == "required";
  settings.cookie_secure = environment.flag("COOKIE_SECURE", settings.production);
  settings.trusted_proxy_hops =
      static_cast<int>(environment.integer("TRUSTED_PROXY_HOPS", 0, 0, 8));
  settings.trusted_proxy_key = read_secret(environment, "TRUSTED_PROXY_KEY");
  settings.server_limits = http::read_server_limits(environment);
  settings.service_limits = read_service_limits(environment);
  settings.jwt_key = read_secret(environment, "JWT_KEY");
  settings.tracing = tracing::read_settings(environment);
  settings.files = files::read_settings(environment);
  settings.jwt_public_keys = environment.list("JWT_PUBLIC_KEYS");
  for (const std::string& key : settings.jwt_public_keys) {
    if (!identity::PublicKey::parse(key)) {
      environment.fault(
          "JWT_PUBLIC_KEYS must hold Ed25519 public keys in base64url, separated by commas");
    }
  }
  settings.bus_duplicate_percent =
      static_cast<int>(environment.integer("TEST_BUS_DUPLICATE_PERCENT", 0, 0, 90));
  settings.bus_delay_max_ms =
      static_cast<int>(environment.integer("TEST_BUS_DELAY_MAX_MS", 0, 0, 10'000));
  settings.bus_fault_seed =
      static_cast<std::uint64_t>(environment.integer("TEST_BUS_SEED", 1, 0, INT64_MAX));
  return settings;
}

std::string host_settings_help() {
  return R"(Environment:
  PORT                 where HTTP is served (default 4000; 0 takes a free one and prints it)
  BIND_ADDRESS         the address to listen on (default 127.0.0.1)
  DATA_DIR             where the embedded databases live (default ./data)
  LOG_LEVEL            debug, info, warn, error or off (default info)
  ACCESS_LOG_EVERY     one of how many requests is logged at level info (default 100; 0: none);
                       at debug all are
  MODE                 local or production (default local)
  COOKIE_SECURE        1 when HTTPS ends in front of this process (default 0; 1 in production)
  VERIFY_EMAIL         off or required: users who have not used a mailed link cannot list, order or
                       pay (default off; required in production)
  TRUSTED_PROXY_HOPS   proxies in front whose X-Forwarded-For is used (default 0: none)
  TRUSTED_PROXY_KEY    a secret of 16 characters or more that these proxies send as X-Proxy-Key;
                       for where other programs share their addresses (default: none is asked for)
  JWT_KEY              secret of 16 characters or more from which the signing key is derived
                       (default: made once and kept in DATA_DIR); one that is easy to guess is
                       refused in production
  JWT_PUBLIC_KEYS      further Ed25519 public keys, base64url, separated by commas
  NAME_FILE            for each of these variables: the path of a file that holds its value
)" + files::settings_help() +
         tracing::settings_help() + http::server_limits_help() +
         limits::settings_help(service_limits());
}

void make_private_folder(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code fault;
  fs::create_directories(path, fault);
  if (fault) throw ConfigError("DATA_DIR: cannot make the folder " + path + ": " + fault.message());
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
  // Not ours, or shared on purpose (/tmp): its owner decides. The files in it are private anyway.
  if (info.st_uid != ::geteuid() || (info.st_mode & S_ISVTX) != 0) {
    log::warn("other users of this machine can enter the data folder", {{"folder", path}});
    return;
  }
  fs::permissions(path, fs::perms::owner_all, fault);
  if (fault) throw ConfigError("DATA_DIR: cannot close " + path + " to others: " + fault.message());
}

namespace {

// Throws ConfigError for a key that others may have read.
void check_is_private(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) == 0) return;
  throw ConfigError("others may read the key in " + path + ": run \"chmod 600 " + path +
                    "\", or remove it to have a new one made if others had access");
}

}  // namespace

std::string load_or_make_secret(const std::string& data_dir, const std::string& name) {
  const std::string path = data_dir + "/" + name + ".key";
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd >= 0) {
    std::array<std::byte, 32> bytes{};
    SystemRandom{}.fill(bytes);
    const std::string secret = to_base64url(bytes);
    const bool written =
        ::write(fd, secret.data(), secret.size()) == static_cast<ssize_t>(secret.size()) &&
        ::fsync(fd) == 0;
    ::close(fd);
    if (!written) throw ConfigError("cannot write " + path + ": " + std::strerror(errno));
    return secret;
  }
  if (errno != EEXIST) throw ConfigError("cannot write " + path + ": " + std::strerror(errno));
  check_is_private(path);
  const auto file = read_small_file(path);
  if (!file) throw ConfigError(path + " " + file.error());
  const std::string& secret = file->content;
  if (secret.size() < 16)
    throw ConfigError(path + " holds no usable secret; remove it to have a new one made");
  return secret;
}

}  // namespace ticketing::runtime
