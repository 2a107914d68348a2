#include "system/mails.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "system/system.hpp"

namespace ticketing::system {
namespace {

constexpr std::size_t token_characters = 43;
constexpr std::chrono::milliseconds poll_pause{50};

std::vector<std::filesystem::path> mails_in(const std::string& folder) {
  std::vector<std::filesystem::path> mails;
  if (!std::filesystem::exists(folder)) return mails;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".eml") mails.push_back(entry.path());
  std::ranges::sort(mails);
  return mails;
}

// Without the breaks of quoted-printable lines.
std::string read_mail(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string mail{std::istreambuf_iterator<char>(file), {}};
  for (std::size_t at = 0; (at = mail.find("=\r\n", at)) != std::string::npos;) mail.erase(at, 3);
  return mail;
}

// The last mail to the address that has this text.
std::string last_mail(const std::string& folder, const std::string& email,
                      const std::string& text) {
  std::string last;
  for (std::string& mail : all_mails(folder)) {
    const bool is_to_them = mail.find("To: <" + email + ">") != std::string::npos;
    if (is_to_them && mail.find(text) != std::string::npos) last = std::move(mail);
  }
  return last;
}

std::string wait_for_text(const std::string& folder, const std::string& email,
                          const std::string& text) {
  std::string mail;
  const auto has_come = [&] { return !(mail = last_mail(folder, email, text)).empty(); };
  EXPECT_TRUE(wait_until(has_come, patient(std::chrono::seconds{60}), poll_pause))
      << "no mail with “" << text << "” came to " << email;
  return mail;
}

}  // namespace

std::vector<std::string> all_mails(const std::string& folder) {
  std::vector<std::string> all;
  for (const auto& path : mails_in(folder)) all.push_back(read_mail(path));
  return all;
}

std::string wait_for_token(const std::string& folder, const std::string& email,
                           const std::string& page) {
  const std::string before = fmt::format("/{}?token=3D", page);
  const std::string mail = wait_for_text(folder, email, before);
  if (mail.empty()) return {};
  return mail.substr(mail.find(before) + before.size(), token_characters);
}

std::string wait_for_mail(const std::string& folder, const std::string& email,
                          const std::string& subject) {
  return wait_for_text(folder, email, "\r\nSubject: " + subject + "\r\n");
}

}  // namespace ticketing::system
