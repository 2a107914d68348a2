#include "admin/dead_letters.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>
#include <stdexcept>

#include "admin/letters_of_one_process.hpp"
#include "admin/operator_client.hpp"
#include "admin/operator_name.hpp"
#include "common/base/config.hpp"
#include "common/base/log.hpp"
#include "common/bus/dead_letter_json.hpp"
#include "common/bus/jetstream/dead_letter_stream.hpp"
#include "common/json/writer.hpp"

namespace ticketing::admin {
namespace {

constexpr std::size_t letters_a_page = 100;

struct DeadLetterOptions {
  std::size_t letters_max = 100;
  bool with_payload = false;
  bool all = false;
  bool is_unproven_allowed = false;
  std::vector<std::string> letters;
  std::string url;
};

bus::DeadLetterStream open() {
  Environment environment;
  const std::string url = environment.text("NATS_URL", default_nats_url);
  const std::string ca_file = environment.file_path("STORES_CA_FILE");
  environment.check();
  return bus::DeadLetterStream(url, ca_file);
}

// One JSON object a line.
void print(const bus::KeptDeadLetter& kept, bool with_payload) {
  const bus::DeadLetter& letter = kept.letter;
  json::Writer writer;
  bus::write_fields(writer.begin_object().field("sequence", kept.sequence), letter);
  if (with_payload) writer.field("payload", letter.event.payload);
  writer.end_object();
  fmt::print("{}\n", writer.take());
}

void list(const DeadLetterOptions& options) {
  if (is_one_process(options.url)) {
    return list_in_one_process(options.url, options.letters_max, options.with_payload);
  }
  auto stream = open();
  for (const auto& kept : stream.list(0, options.letters_max)) print(kept, options.with_payload);
}

// False when it was refused.
bool replay(bus::DeadLetterStream& stream, std::uint64_t sequence,
            const DeadLetterOptions& options) {
  const auto done = stream.replay(sequence, options.is_unproven_allowed);
  const std::string subject = std::to_string(sequence), name = operator_name();
  log::audit({.event = "operator.replay_dead_letter",
              .outcome = done ? "succeeded" : "refused",
              .reason = done ? std::string_view() : done.error().slug.name(),
              .subject = subject,
              .by_operator = name});
  if (!done) {
    fmt::print(stderr, "{}: {}\n", sequence, done.error().detail);
    return false;
  }
  fmt::print("{} was published again\n", sequence);
  return true;
}

// What fails once more meanwhile is another letter behind the last, and stays. Gives the number of
// those that were refused.
int replay_all(bus::DeadLetterStream& stream, const DeadLetterOptions& options) {
  int refused = 0;
  std::uint64_t from = 0;
  const auto newest = stream.last_sequence();
  for (;;) {
    const auto letters = stream.list(from, letters_a_page);
    for (const auto& kept : letters) {
      if (kept.sequence > newest) return refused;
      if (!replay(stream, kept.sequence, options)) ++refused;
      from = kept.sequence + 1;
    }
    if (letters.size() < letters_a_page) return refused;
  }
}

std::uint64_t to_sequence(const std::string& text) {
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw CLI::ValidationError("replay", "\"" + text + "\" is no sequence that list prints");
  }
  return sequence;
}

void replay_chosen(const DeadLetterOptions& options) {
  if (options.all == !options.letters.empty()) {
    throw CLI::ValidationError("replay", "name letters as list prints them, or say --all");
  }
  if (is_one_process(options.url)) {
    return replay_in_one_process(options.url, options.letters);
  }
  std::vector<std::uint64_t> sequences;
  for (const std::string& letter : options.letters) sequences.push_back(to_sequence(letter));
  auto stream = open();
  int refused = options.all ? replay_all(stream, options) : 0;
  for (const std::uint64_t sequence : sequences) {
    if (!replay(stream, sequence, options)) ++refused;
  }
  if (refused > 0) throw CLI::RuntimeError(1);
}

}  // namespace

void add_dead_letters(CLI::App& app) {
  auto options = std::make_shared<DeadLetterOptions>();
  CLI::App* const command =
      app.add_subcommand("dead-letters",
                         "Events that a service could not apply (NATS_URL, or OPERATOR_TOKEN for "
                         "one process)");
  command->require_subcommand(1);
  command->add_option(
      "--url", options->url,
      fmt::format("of the one process that has all services (default {})", default_url));

  CLI::App* const lists = command->add_subcommand("list", "Print them, oldest first, as JSON");
  lists->add_option("--limit", options->letters_max, "how many at most")->capture_default_str();
  lists->add_flag("--payload", options->with_payload, "print what they carry, too");
  lists->callback([options] { list(*options); });

  CLI::App* const replays =
      command->add_subcommand("replay", "Deliver them again, and delete the letters");
  replays->add_option("LETTER", options->letters,
                      "which: the sequence that list prints, or the letter of one process");
  replays->add_flag("--all", options->all, "all that are there now");
  replays->add_flag("--unproven", options->is_unproven_allowed,
                    "also those whose event the stream does not have any more");
  replays->callback([options] { replay_chosen(*options); });
}

}  // namespace ticketing::admin
