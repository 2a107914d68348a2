#include "notifications/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "common/base/exceptions.hpp"

namespace ticketing::notifications {
namespace {

using testing::HasSubstr;

// `variables` outlives it.
Environment environment_of(const std::map<std::string, std::string>& variables) {
  return Environment([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

std::string fault_of(const std::map<std::string, std::string>& variables) {
  Environment environment = environment_of(variables);
  try {
    read_settings(environment);
    environment.check();
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

bool has_pages(const std::map<std::string, std::string>& variables) {
  Environment environment = environment_of(variables);
  return read_settings(environment).has_pages;
}

TEST(NotificationSettings, ShowMailsThatAreFilesAndNeverInProduction) {
  EXPECT_TRUE(has_pages({}));
  EXPECT_FALSE(has_pages({{"SMTP_URL", "smtp://localhost"}}));
  EXPECT_FALSE(has_pages({{"MODE", "production"}, {"ALLOW_SANDBOX", "1"}}));
}

TEST(NotificationSettings, NeedNothingForDevelopment) { EXPECT_EQ(fault_of({}), ""); }

TEST(NotificationSettings, NeedAServerASenderAndASiteInProduction) {
  std::map<std::string, std::string> variables = {{"MODE", "production"},
                                                  {"SMTP_URL", "smtp://mail.example:587"},
                                                  {"MAIL_FROM", "shop@shop.example"},
                                                  {"SITE_URL", "https://shop.example"}};
  EXPECT_EQ(fault_of(variables), "");
  for (const char* name : {"SMTP_URL", "MAIL_FROM", "SITE_URL"}) {
    auto without = variables;
    without.erase(name);
    EXPECT_THAT(fault_of(without), HasSubstr(name));
  }
  EXPECT_EQ(fault_of({{"MODE", "production"}, {"ALLOW_SANDBOX", "1"}}), "");
  variables["SITE_URL"] = "http://shop.example";
  EXPECT_THAT(fault_of(variables), HasSubstr("SITE_URL"));
}

TEST(NotificationSettings, AreRefusedWithTheirName) {
  const std::pair<const char*, const char*> bad[] = {
      {"SMTP_URL", "http://mail.example"},      {"MAIL_FROM", "no address"},
      {"MAIL_FROM", "a@b.example\r\nBcc: c@d"}, {"SITE_URL", "shop.example"},
      {"SITE_URL", "http://shop.example/?x"},   {"MAIL_KEY", "short"}};
  for (const auto& [name, value] : bad) EXPECT_THAT(fault_of({{name, value}}), HasSubstr(name));
}

}  // namespace
}  // namespace ticketing::notifications
