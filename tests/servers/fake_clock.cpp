#include "servers/fake_clock.hpp"

#include <fstream>
#include <stdexcept>

#include "servers/child_process.hpp"

namespace ticketing::servers {
namespace {

// Debian has a folder for each architecture.
std::string find_library(const std::string& name, const std::string& debian_package) {
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib")) {
    if (std::filesystem::exists(folder.path() / name)) return folder.path() / name;
  }
  throw std::runtime_error(name + " is missing: install the Debian package " + debian_package);
}

// Redis brings jemalloc, which asks for the time while libfaketime asks it for memory: another
// allocator in front of it, the one of our own programs.
std::string libraries() {
  return find_library("libmimalloc.so.2", "libmimalloc2.0") + ":" +
         find_library("faketime/libfaketimeMT.so.1", "faketime");
}

}  // namespace

FakeClock::FakeClock() : folder_(make_temporary_folder("clock")) {
  std::filesystem::permissions(folder_, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  environment_ = {{"LD_PRELOAD", libraries()},
                  {"FAKETIME_TIMESTAMP_FILE", folder_ / "offset"},
                  {"FAKETIME_NO_CACHE", "1"},
                  // Its name up to 0.9.9, and since.
                  {"DONT_FAKE_MONOTONIC", "1"},
                  {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
  set_ahead({});
}

FakeClock::~FakeClock() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// A reader must never see half of it.
void FakeClock::set_ahead(std::chrono::seconds by) {
  const std::filesystem::path next = folder_ / "next";
  std::ofstream(next) << (by.count() < 0 ? "" : "+") << by.count() << '\n';
  std::filesystem::rename(next, folder_ / "offset");
}

}  // namespace ticketing::servers
