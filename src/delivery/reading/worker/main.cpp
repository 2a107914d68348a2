// ticket-reader PROCESSOR_TIME TIME KIND: enters the jail of that kind, then reads the codes of the
// file on standard input. It looks for codes that are hard to find until it has used so many
// milliseconds of processor time, or so many have passed.
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "common/images/worker/picture.hpp"
#include "common/images/worker/pipes.hpp"
#include "common/jail/inside.hpp"
#include "delivery/reading/worker/answers.hpp"
#include "delivery/reading/worker/pages.hpp"
#include "delivery/reading/worker/search.hpp"

namespace ticketing::images {

volatile std::sig_atomic_t is_answering = 0;

// A signal that comes while the answer is written adds nothing to it.
void answer(std::string_view line) {
  is_answering = 1;
  write_all(line.data(), line.size());
  ::_exit(0);
}

}  // namespace ticketing::images

namespace ticketing::delivery::reading {
namespace {

using images::answer;

// "ok 2 2 1", then for each code "qr 1 20 20", its bytes and its text.
std::string written(int pages, const std::vector<Located>& codes) {
  std::string all = "ok " + std::to_string(pages) + " " +
                    std::to_string(std::min(pages, pages_read_max)) + " " +
                    std::to_string(codes.size()) + "\n";
  for (const auto& [code, page] : codes) {
    all += code.format + " " + std::to_string(page) + " " + std::to_string(code.bytes.size()) +
           " " + std::to_string(code.text.size()) + "\n" + code.bytes + code.text;
  }
  return all;
}

[[noreturn]] void read_input(const Effort& effort) {
  const auto file = images::read_all(file_bytes_max);
  if (!file) answer(answers::too_large);
  if (file->empty()) answer(answers::ready);
  const auto pages = open_pages(*file);
  const auto codes = search(*pages, effort);
  answer(written(pages->count(), codes));
}

// Before the kernel ends the process, which would not say why.
void answer_when_time_is_up() {
  std::signal(SIGPROF, [](int) {
    if (images::is_answering == 0) answer(answers::timed_out);
  });
  const itimerval once{.it_interval = {}, .it_value = {.tv_sec = 4, .tv_usec = 500'000}};
  ::setitimer(ITIMER_PROF, &once, nullptr);
}

}  // namespace
}  // namespace ticketing::delivery::reading

// Instead of the C library's, which send signals, and the jail denies that. Poppler aborts when
// there is no memory.
extern "C" void abort() noexcept {
  ticketing::images::answer(ticketing::delivery::reading::answers::too_large);
}
// The C library's name. NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier)
extern "C" void __assert_fail(const char*, const char*, unsigned, const char*) noexcept {
  ticketing::images::answer(ticketing::delivery::reading::answers::unreadable);
}

int main(int count, char** arguments) {
  using namespace ticketing;
  using namespace ticketing::delivery::reading;
  if (count != 4) return 2;
  const Effort effort{.processor_time_max = std::chrono::milliseconds{std::atoi(arguments[1])},
                      .time_max = std::chrono::milliseconds{std::atoi(arguments[2])}};
  if (effort.processor_time_max.count() <= 0 || effort.time_max.count() <= 0) return 2;
  answer_when_time_is_up();
  if (jail::enter(arguments[3]) != nullptr) return 1;
  try {
    read_input(effort);
  } catch (const std::bad_alloc&) {
    answer(answers::too_large);
  } catch (...) {
    answer(answers::unreadable);
  }
}
