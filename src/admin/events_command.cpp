#include "admin/events_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>

#include "admin/operator_client.hpp"
#include "admin/operator_name.hpp"
#include "admin/republish_over_nats.hpp"
#include "common/base/log.hpp"

namespace ticketing::admin {
namespace {

constexpr std::chrono::milliseconds poll_interval{500};

struct RepublishOptions {
  std::string service;
  std::string since;
  std::string url;
};

void tell(const bus::RepublishProgress& progress) {
  fmt::print("{}: {}, {} entities looked at, {} events published once more\n", progress.service,
             progress.status, progress.entities, progress.events);
  std::fflush(stdout);
}

bus::RepublishProgress read(const http::Answer& answer) {
  if (answer.status != 200 && answer.status != 202) throw std::runtime_error(problem_of(answer));
  const auto progress = bus::decode_republish_progress(answer.body);
  if (!progress) throw std::runtime_error("the answer cannot be read");
  return *progress;
}

void republish_over_http(const std::string& url, const bus::RepublishRequested& wanted) {
  OperatorClient client(url);
  auto progress = read(client.ask("POST", "/operator/events/republish", encode(wanted)));
  tell(progress);
  while (progress.status != "done") {
    std::this_thread::sleep_for(poll_interval);
    const auto now = read(client.ask(
        "GET", fmt::format("/operator/events/republish/{}/{}", progress.service, progress.id)));
    const bool is_new = now.entities != progress.entities || now.status != progress.status;
    progress = now;
    if (is_new) tell(progress);
  }
}

void republish(const RepublishOptions& options) {
  bus::RepublishRequested wanted{.service = options.service,
                                 .event_subject = std::nullopt,
                                 .since = std::nullopt,
                                 .lost_before = std::nullopt,
                                 .requested_by = operator_name()};
  if (!options.since.empty()) {
    wanted.since = parse_since(options.since, SystemClock{}.now());
    if (!wanted.since) {
      throw CLI::ValidationError(
          "--since",
          "must be a time in the past, such as 2026-11-01T08:00:00Z, 2026-11-01, 12h or "
          "7d; \"" +
              options.since + "\" is none");
    }
  }
  if (is_one_process(options.url)) {
    republish_over_http(options.url.empty() ? default_url : options.url, wanted);
    return;
  }
  republish_over_nats(wanted, tell);
  log::audit({.event = "operator.republish",
              .outcome = "succeeded",
              .subject = options.service,
              .by_operator = wanted.requested_by});
}

}  // namespace

void add_events(CLI::App& app) {
  auto options = std::make_shared<RepublishOptions>();
  CLI::App* const command = app.add_subcommand(
      "events", "Publish events once more (NATS_URL, or OPERATOR_TOKEN for one process)");
  command->require_subcommand(1);
  command->add_option(
      "--url", options->url,
      fmt::format("of the one process that has all services (default {})", default_url));
  CLI::App* const republishes = command->add_subcommand(
      "republish", "Publish the current version of every entity of a service once more");
  republishes->add_option("SERVICE", options->service, "whose entities")->required();
  republishes->add_option("--since", options->since,
                          "only what changed since: 2026-11-01, 2026-11-01T08:00:00Z, 12h, 7d");
  republishes->callback([options] { republish(*options); });
}

}  // namespace ticketing::admin
