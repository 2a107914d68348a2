#include "auth/browser_name.hpp"

#include <fmt/format.h>

#include <span>

namespace ticketing::auth {
namespace {

struct Known {
  std::string_view mark;
  std::string_view name;
};

// Most browsers also have the marks of those that come later here.
constexpr Known browsers[] = {{"Edg/", "Edge"},
                              {"EdgA/", "Edge"},
                              {"OPR/", "Opera"},
                              {"FxiOS/", "Firefox"},
                              {"SamsungBrowser/", "Samsung Internet"},
                              {"CriOS/", "Chrome"},
                              {"Firefox/", "Firefox"},
                              {"Chrome/", "Chrome"},
                              {"Safari/", "Safari"},
                              {"curl/", "curl"}};
constexpr Known systems[] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},     {"Android", "Android"},
                             {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"},
                             {"Linux", "Linux"}};

std::string_view first_known(std::span<const Known> all, std::string_view text) {
  for (const Known& known : all) {
    if (text.find(known.mark) != std::string_view::npos) return known.name;
  }
  return {};
}

}  // namespace

std::string browser_name(std::string_view user_agent) {
  const std::string_view browser = first_known(browsers, user_agent);
  const std::string_view system = first_known(systems, user_agent);
  if (browser.empty() || system.empty()) return std::string(browser.empty() ? system : browser);
  return fmt::format("{} on {}", browser, system);
}

}  // namespace ticketing::auth
