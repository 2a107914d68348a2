#include "payments/stripe/settings.hpp"

#include "common/base/production.hpp"

namespace ticketing::payments::stripe {
namespace {

bool is_live_key(std::string_view key) {
  return key.starts_with("sk_live_") || key.starts_with("rk_live_") || key.starts_with("pk_live_");
}

bool is_secret_key(std::string_view key) {
  return key.starts_with("sk_live_") || key.starts_with("rk_live_") ||
         key.starts_with("sk_test_") || key.starts_with("rk_test_");
}

}  // namespace

bool Settings::is_live() const { return is_live_key(secret_key); }

Settings read_settings(Environment& environment) {
  Settings settings;
  settings.secret_key = environment.text("STRIPE_KEY", "", EmptyFile::unset);
  settings.api_url = environment.text("STRIPE_API_URL", settings.api_url);
  settings.ca_file = environment.file_path("STRIPE_CA_FILE");
  while (settings.api_url.ends_with('/')) settings.api_url.pop_back();
  const bool production = is_production(environment);

  const bool sandbox_is_meant = environment.flag("ALLOW_SANDBOX", false);
  if (!settings.uses_stripe() && production && !sandbox_is_meant) {
    environment.fault(
        "STRIPE_KEY must be set with MODE=production: without it, test tokens buy tickets and no "
        "money moves. ALLOW_SANDBOX=1 says that this is meant");
  }
  if (settings.uses_stripe() && !is_secret_key(settings.secret_key)) {
    environment.fault("STRIPE_KEY must be a secret key: sk_test_..., sk_live_... or rk_...");
  } else if (settings.is_live() && !production) {
    environment.fault("STRIPE_KEY is a live key, which moves real money: it needs MODE=production");
  } else if (settings.uses_stripe() && !settings.is_live() && production && !sandbox_is_meant) {
    environment.fault(
        "STRIPE_KEY is a test key, which charges no card: MODE=production needs a live key, or "
        "ALLOW_SANDBOX=1 where this is meant");
  }
  const std::string publishable = environment.text("STRIPE_PUBLISHABLE_KEY", "");
  if (is_live_key(publishable) && !settings.is_live()) {
    environment.fault(
        "STRIPE_PUBLISHABLE_KEY is a live key, but STRIPE_KEY is not: buyers would type real cards "
        "into a test");
  }
  const bool https = settings.api_url.starts_with("https://");
  if (!https && (production || !settings.api_url.starts_with("http://"))) {
    environment.fault("STRIPE_API_URL must begin with https:// (http:// only with MODE=local)");
  }
  return settings;
}

std::string settings_help() {
  return "  STRIPE_KEY           secret key of Stripe (default: none, a sandbox without network\n"
         "                       stands in); a live key needs MODE=production and the reverse\n"
         "  ALLOW_SANDBOX        1 lets MODE=production run without money: on the sandbox, or "
         "with\n"
         "                       a test key (default 0)\n"
         "  STRIPE_API_URL       another address than https://api.stripe.com, for tests\n"
         "  STRIPE_CA_FILE       authorities to trust instead of the system's, PEM, for tests\n";
}

}  // namespace ticketing::payments::stripe
