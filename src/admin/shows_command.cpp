#include "admin/shows_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "admin/operator_client.hpp"
#include "common/base/text.hpp"
#include "common/json/writer.hpp"

namespace ticketing::admin {
namespace {

struct ShowOptions {
  std::string url = default_url;
  std::string show_id;
  std::string into_id;
};

std::string path_of(const ShowOptions& options) {
  return "/operator/shows/" + percent_encode(options.show_id);
}

void ask(const ShowOptions& options, const std::string& method, const std::string& path,
         std::string body) {
  OperatorClient service(options.url);
  const http::Answer answer = service.ask(method, path, std::move(body));
  if (answer.status != 200) throw std::runtime_error(problem_of(answer));
  fmt::print("{}\n", answer.body);
}

void merge(const ShowOptions& options) {
  json::Writer writer;
  writer.begin_object().field("into", options.into_id).end_object();
  ask(options, "POST", path_of(options) + "/merge", writer.take());
}

void change(const ShowOptions& options) {
  ask(options, "PUT", path_of(options), {std::istreambuf_iterator<char>(std::cin), {}});
}

}  // namespace

void add_shows(CLI::App& app) {
  auto options = std::make_shared<ShowOptions>();
  CLI::App* const command =
      app.add_subcommand("shows", "Change shows, merge those that are the same (OPERATOR_TOKEN)");
  command->require_subcommand(1);
  command->add_option("--url", options->url, "of the running service")->capture_default_str();

  CLI::App* const merges =
      command->add_subcommand("merge", "Let one show stand for another, which is the same");
  merges->add_option("SHOW", options->show_id, "the id of the show that is replaced")->required();
  merges->add_option("INTO", options->into_id, "the id of the show that stands")->required();
  merges->callback([options] { merge(*options); });

  CLI::App* const changes = command->add_subcommand(
      "change",
      "Change a show, also when tickets of it are sold; the standard input is what "
      "PUT /api/shows/:id takes");
  changes->add_option("SHOW", options->show_id, "the show's id")->required();
  changes->callback([options] { change(*options); });

  CLI::App* const removes =
      command->add_subcommand("remove-picture", "Take the picture of a show away");
  removes->add_option("SHOW", options->show_id, "the show's id")->required();
  removes->callback([options] { ask(*options, "DELETE", path_of(*options) + "/poster", ""); });
}

}  // namespace ticketing::admin
