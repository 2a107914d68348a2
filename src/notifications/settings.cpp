#include "notifications/settings.hpp"

#include "common/base/production.hpp"
#include "common/base/secret.hpp"

namespace ticketing::notifications {
namespace {

void check_smtp(Environment& environment, const std::string& url) {
  if (!url.empty() && !url.starts_with("smtp://") && !url.starts_with("smtps://"))
    environment.fault("SMTP_URL must begin with smtp:// or smtps://");
}

void check_from(Environment& environment, const std::string& from) {
  const bool is_one_line = from.find_first_of("\r\n") == std::string::npos;
  if (from.find('@') == std::string::npos || !is_one_line)
    environment.fault("MAIL_FROM must be an address, or \"Name <address>\"");
}

void check_site(Environment& environment, const std::string& site, bool production) {
  const bool is_web = site.starts_with("https://") || (!production && site.starts_with("http://"));
  if (!is_web || site.find_first_of("\r\n \"<>#?") != std::string::npos) {
    environment.fault("SITE_URL must be the address of the pages, such as https://tickets.example");
  }
}

}  // namespace

Settings read_settings(Environment& environment) {
  const bool production = is_production(environment);
  Settings settings;
  settings.folder = environment.text("DATA_DIR", "./data") + "/mail";
  settings.smtp_url = environment.text("SMTP_URL", "", EmptyFile::unset);
  settings.smtp_ca_file = environment.file_path("SMTP_CA_FILE");
  settings.needs_tls = production;
  settings.has_pages = !production && settings.smtp_url.empty();
  const auto from = environment.optional_text("MAIL_FROM");
  const auto site = environment.optional_text("SITE_URL");
  const bool is_sandbox = environment.flag("ALLOW_SANDBOX", false);
  if (production && !is_sandbox && (settings.smtp_url.empty() || !from || !site)) {
    environment.fault(
        "SMTP_URL, MAIL_FROM and SITE_URL must be set in production: people get mails about their "
        "accounts");
  }
  settings.from = from.value_or(settings.from);
  settings.site = site.value_or(settings.site);
  while (settings.site.ends_with('/')) settings.site.pop_back();
  check_smtp(environment, settings.smtp_url);
  check_from(environment, settings.from);
  check_site(environment, settings.site, production && site);
  settings.mail_key = read_secret_key(environment, "MAIL_KEY");
  return settings;
}

std::string settings_help() {
  return R"(  SMTP_URL                where mails go: smtp://user:password@host:587 (with STARTTLS, which
                          must work in production) or smtps://…; without it they are files in
                          DATA_DIR/mail, which /dev/mail shows to browsers on this machine (never
                          in production); required in production (unless ALLOW_SANDBOX=1)
  SMTP_CA_FILE            PEM file of the authorities that are trusted for SMTP_URL
  MAIL_FROM               the sender: an address or "Name <address>"; required in production
  SITE_URL                the address of the pages, to which mails link (default
                          http://localhost:3000); required in production
)";
}

}  // namespace ticketing::notifications
