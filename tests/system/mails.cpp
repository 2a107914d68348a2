#include "system/mails.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

namespace ticketing::system {
namespace {

constexpr std::size_t token_characters = 43;

std::vector<std::filesystem::path> mails_in(const std::string& folder) {
  std::vector<std::filesystem::path> mails;
  if (!std::filesystem::exists(folder)) return mails;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    mails.push_back(entry.path());
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

std::string token_in_mail(const std::string& folder, const std::string& email,
                          const std::string& page) {
  std::string token;
  const std::string before = fmt::format("/{}?token=3D", page);
  for (const auto& path : mails_in(folder)) {
    const std::string mail = read_mail(path);
    const std::size_t at = mail.find(before);
    if (mail.find("To: <" + email + ">") == std::string::npos || at == std::string::npos) continue;
    token = mail.substr(at + before.size(), token_characters);
  }
  return token;
}

}  // namespace

std::string wait_for_token(const std::string& folder, const std::string& email,
                           const std::string& page) {
  for (int i = 0; i < 200; ++i) {
    if (auto token = token_in_mail(folder, email, page); !token.empty()) return token;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  ADD_FAILURE() << "no mail came to " << email;
  return {};
}

}  // namespace ticketing::system
