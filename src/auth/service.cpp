#include "auth/service.hpp"

#include <iterator>

#include "auth/api.hpp"
#include "auth/kept.hpp"
#include "auth/limits.hpp"
#include "auth/operator/api.hpp"
#include "auth/republished.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/production.hpp"
#include "common/base/secret.hpp"
#include "common/runtime/owned_data.hpp"
#include "common/runtime/periodic.hpp"

namespace ticketing::auth {

EmbeddedFiles embedded_files();

namespace {

const EmbeddedFile& embedded(std::string_view name) {
  static const EmbeddedFiles files = embedded_files();
  for (const EmbeddedFile& file : files) {
    if (file.name == name) return file;
  }
  assertion_failed("no such embedded file", __FILE__, __LINE__);
}

// The file is sorted, so that nothing has to be built of it at start.
std::string_view common_passwords() { return embedded("common_passwords").content; }

class AuthService final : public runtime::Service {
 public:
  AuthService(runtime::Platform& platform, const Settings& settings,
              const identity::SigningKey& key)
      : data_(platform, name_,
              {embedded("001_auth"), embedded("002_email_keys"), embedded("003_token_keys"),
               embedded("004_sessions_by_user"), embedded("005_devices_of_sessions"),
               embedded("006_one_time_tokens"), embedded("007_verified_addresses"),
               embedded("008_operators"), embedded("009_other_addresses"),
               embedded("010_links_that_restore")},
              "users", {}, republished()),
        kept_(platform, name_, data_.database(), kept_tables()),
        operations_(platform, data_, key, passwords_, settings.mail_key, settings.attempts,
                    settings.sessions),
        api_{operations_,
             platform.identity,
             PasswordRules{.characters_min = settings.password_characters_min,
                           .refused = settings.refuse_common_passwords ? common_passwords()
                                                                       : std::string_view()},
             {key.public_key()},
             kept_},
        operator_guard_(settings.operator_token, platform.clock),
        preparing_(platform, "auth keys", std::chrono::seconds{5}),
        cleaning_(platform, "auth clean-up", std::chrono::minutes{10}) {}

  const std::string& name() const override { return name_; }
  http::Routes routes() override {
    http::Routes all = auth::routes(api_), others = operator_::routes(operations_, operator_guard_);
    std::move(others.begin(), others.end(), std::back_inserter(all));
    return all;
  }
  void subscribe() override { data_.subscribe(); }
  void start() override {
    data_.start();
    preparing_.start([this] { return operations_.prepare(); });
    cleaning_.start([this] { return operations_.clean_up(); });
  }
  Task<> stop() override {
    co_await preparing_.stop();
    co_await cleaning_.stop();
    co_await operations_.stop();
    co_await data_.stop();
  }
  Task<bool> is_ready() override {
    co_return operations_.is_prepared() && co_await data_.database().is_ready();
  }
  Milliseconds clock_lead() const override { return data_.database().clock_lead(); }

 private:
  const std::string name_ = "auth";
  runtime::OwnedData data_;
  runtime::KeptData kept_;
  Passwords passwords_;
  Operations operations_;
  Api api_;
  runtime::OperatorGuard operator_guard_;
  runtime::Periodic preparing_;
  runtime::Periodic cleaning_;
};

}  // namespace

Settings read_settings(Environment& environment) {
  const bool production = is_production(environment);
  return {.password_characters_min = static_cast<std::size_t>(
              environment.integer("PASSWORD_LENGTH_MIN", production ? 8 : 6, 1, 64)),
          .refuse_common_passwords = environment.flag("PASSWORD_REFUSE_COMMON", production),
          .attempts = {.failed_sign_ins_a_minute = failed_sign_ins.per_address.read(environment),
                       .sign_ups_a_minute = sign_ups.per_address.read(environment),
                       .resets_an_hour = resets.per_address.read(environment),
                       .verifications_an_hour = verifications.per_address.read(environment)},
          .sessions = {.access_token_life = std::chrono::seconds{environment.integer(
                           "ACCESS_TOKEN_SECONDS", 900, 10, 3600)},
                       .sessions_max = sessions.per_user.read(environment)},
          .operator_token = read_secret(environment, "OPERATOR_TOKEN"),
          .mail_key = read_secret_key(environment, "MAIL_KEY")};
}

std::string settings_help() {
  return R"(  PASSWORD_LENGTH_MIN     characters a new password needs (default 6; 8 in production)
  ACCESS_TOKEN_SECONDS    how long an access token is good, from 10 to 3600 (default 900); the
                          page renews it, and a live stream ends with it
  MAIL_KEY                32 bytes in base64, by which the links in mails are sealed until they are
                          sent; auth and notifications have the same (default where all services
                          are one process: made once and kept in DATA_DIR)
  PASSWORD_REFUSE_COMMON  1 refuses the most common passwords (default 0; 1 in production)
)" + limits::settings_help(account_limits());
}

std::unique_ptr<runtime::Service> make_service(runtime::Platform& platform, Settings settings,
                                               const identity::SigningKey& key) {
  settings.mail_key = platform.key_or_kept(std::move(settings.mail_key), "mail");
  return std::make_unique<AuthService>(platform, settings, key);
}

}  // namespace ticketing::auth
