#include "auth/browser_name.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace ticketing::auth {
namespace {

TEST(BrowserName, IsWhatAnOwnerRecognizes) {
  const std::pair<const char*, const char*> cases[] = {
      {"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
       "Firefox on Linux"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
       "Edge on Windows"},
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
       "Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
       "Safari on iPhone"},
      {"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
       "Mobile Safari/537.36",
       "Chrome on Android"},
      {"curl/8.14.1", "curl"},
      {"something that runs on Windows", "Windows"},
      {"", ""},
      {"<b>me</b>", ""}};
  for (const auto& [user_agent, name] : cases) EXPECT_EQ(browser_name(user_agent), name);
}

}  // namespace
}  // namespace ticketing::auth
