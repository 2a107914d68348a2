#include <algorithm>
#include <charconv>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/jail/jailed_program.hpp"
#include "delivery/reading/reader.hpp"
#include "delivery/reading/refusals.hpp"
#include "delivery/reading/worker/answers.hpp"

namespace ticketing::delivery::reading {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{1024} * 1024;

// Reads an answer from front to back. A program that an attacker may control has written it.
class Answer {
 public:
  explicit Answer(std::string_view rest) : rest_(rest) {}
  bool is_good() const { return is_good_; }
  bool is_over() const { return rest_.empty(); }

  // Up to a space or the end of the line, which is taken, too.
  std::string_view word() {
    const std::size_t end = rest_.find_first_of(" \n");
    if (end == std::string_view::npos) return fail();
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return taken;
  }
  int number(int least, int most) {
    const std::string_view digits = word();
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_number = error == std::errc{} && end == digits.data() + digits.size();
    if (is_number && value >= least && value <= most) return value;
    fail();
    return least;
  }
  std::string_view bytes(int count) {
    const auto size = static_cast<std::size_t>(count);
    if (size > rest_.size()) return fail();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view fail() {
    is_good_ = false;
    rest_ = {};
    return {};
  }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

// As written() of the worker. A text has at most four bytes of UTF-8 for each of the code.
Code read_code(Answer& answer, int pages_read) {
  constexpr int size_max = static_cast<int>(code_bytes_max);
  Code code;
  const auto format = code_format_of(answer.word());
  if (!format) answer.fail();
  code.format = format.value_or(CodeFormat::qr);
  code.page = answer.number(1, pages_read);
  const int bytes = answer.number(1, size_max), text = answer.number(0, 4 * size_max);
  code.bytes = answer.bytes(bytes);
  code.text = answer.bytes(text);
  return code;
}

// Nothing when the answer has another form.
std::optional<Reading> read_reading(std::string_view output) {
  Answer answer(output);
  if (answer.word() != "ok") return std::nullopt;
  Reading reading;
  reading.pages = answer.number(1, pages_max);
  reading.pages_read = answer.number(1, std::min(reading.pages, pages_read_max));
  const int codes = answer.number(0, codes_max);
  for (int code = 0; code < codes && answer.is_good(); ++code)
    reading.codes.push_back(read_code(answer, reading.pages_read));
  if (!answer.is_good() || !answer.is_over()) return std::nullopt;
  return reading;
}

std::optional<Error> read_refusal(std::string_view output) {
  if (output == answers::unreadable) return file_unreadable();
  if (output == answers::encrypted) return file_encrypted();
  if (output == answers::too_large) return file_too_large_inside();
  if (output == answers::too_many_pages) return too_many_pages();
  if (output == answers::timed_out) return reading_timed_out();
  return std::nullopt;
}

jail::Program program_of(const ReaderSettings& settings) {
  return {.path = settings.program.empty() ? jail::path_beside_this_program("ticket-reader")
                                           : settings.program,
          .arguments = {std::to_string(settings.search_max.count()),
                        std::to_string((settings.time_max * 4 / 5).count())}};
}

class JailedReader final : public Reader {
 public:
  explicit JailedReader(const ReaderSettings& settings)
      : worker_(program_of(settings), std::string(answers::ready),
                {.time = settings.time_max, .output_bytes_max = answer_bytes_max}, settings.jail) {}

  Task<Result<Reading>> read(std::string_view file, FileType type) override {
    // An empty input is the question whether the jail works.
    if (file_type_by_begin(file) != type) co_return refuse(file_unreadable());
    const jail::Ran ran = co_await worker_.run(file);
    if (ran.ending == jail::Ending::not_run) throw Unavailable("ticket-reader cannot be started");
    if (ran.ending == jail::Ending::timed_out) co_return refuse(reading_timed_out());
    if (ran.ending == jail::Ending::exited) {
      if (auto refusal = read_refusal(ran.output)) co_return refuse(*std::move(refusal));
      if (auto reading = read_reading(ran.output)) co_return *std::move(reading);
    }
    log::warn("a ticket file ended its reader", {{"ending", jail::to_string(ran.ending)}});
    co_return refuse(file_unreadable());
  }

 private:
  jail::JailedProgram worker_;
};

}  // namespace

std::unique_ptr<Reader> make_reader(const ReaderSettings& settings) {
  return std::make_unique<JailedReader>(settings);
}

}  // namespace ticketing::delivery::reading
