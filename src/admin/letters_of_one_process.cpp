#include "admin/letters_of_one_process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "admin/operator_client.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"

namespace ticketing::admin {
namespace {

OperatorClient client_of(const std::string& url) {
  return OperatorClient(url.empty() ? default_url : url);
}

std::string letter_of(json::Reader& letter) {
  return letter.text("consumer") + "/" + letter.text("event");
}

// The document lives as long as one of its readers.
std::vector<json::Reader> letters_of(OperatorClient& client) {
  const http::Answer answer = client.ask("GET", "/operator/dead-letters");
  if (answer.status != 200) throw std::runtime_error(problem_of(answer));
  auto page = json::Reader::parse(answer.body);
  if (!page) throw std::runtime_error("the answer cannot be read");
  auto letters = page->objects("letters");
  if (page->error()) throw std::runtime_error("the answer cannot be read");
  return letters;
}

void print(json::Reader& letter, bool with_payload) {
  json::Writer writer;
  writer.begin_object().field("letter", letter_of(letter));
  for (const char* field :
       {"consumer", "subject", "event", "source", "time", "failedAt", "reason"}) {
    writer.field(field, letter.text(field));
  }
  if (with_payload) writer.field("payload", letter.text("payload"));
  writer.end_object();
  fmt::print("{}\n", writer.take());
}

// Why it stays; empty: it was delivered.
std::string replay(OperatorClient& client, const std::string& letter) {
  const std::size_t slash = letter.find('/');
  if (slash == std::string::npos) {
    throw std::runtime_error("\"" + letter + "\" is no letter that list prints");
  }
  json::Writer body;
  body.begin_object()
      .field("consumer", letter.substr(0, slash))
      .field("event", letter.substr(slash + 1))
      .end_object();
  const http::Answer answer = client.ask("POST", "/operator/dead-letters/replay", body.take());
  return answer.status == 200 ? "" : problem_of(answer);
}

}  // namespace

void list_in_one_process(const std::string& url, std::size_t letters_max, bool with_payload) {
  OperatorClient client = client_of(url);
  auto letters = letters_of(client);
  for (std::size_t i = 0; i < std::min(letters.size(), letters_max); ++i) {
    print(letters[i], with_payload);
  }
}

void replay_in_one_process(const std::string& url, const std::vector<std::string>& letters) {
  OperatorClient client = client_of(url);
  std::vector<std::string> chosen = letters;
  if (chosen.empty()) {
    for (json::Reader& letter : letters_of(client)) chosen.push_back(letter_of(letter));
  }
  std::size_t failed = 0;
  for (const std::string& letter : chosen) {
    const std::string reason = replay(client, letter);
    if (reason.empty()) {
      fmt::print("{} was delivered\n", letter);
    } else {
      fmt::print(stderr, "{}: {}\n", letter, reason);
      ++failed;
    }
  }
  if (failed > 0) throw std::runtime_error(fmt::format("{} of {} stay", failed, chosen.size()));
}

}  // namespace ticketing::admin
