#include "common/runtime/host.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>

#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/runtime/bus_metrics.hpp"
#include "common/runtime/descriptors.hpp"
#include "common/tracing/exporter.hpp"

namespace ticketing::runtime {
namespace {

constexpr std::chrono::seconds drain_grace{20};
constexpr std::int64_t descriptors_kept = 128;

Task<Result<http::Response>> answer_ready(const Platform& platform, const Services& services) {
  const Readiness readiness = co_await check_readiness(platform, services);
  co_return http::json_response(readiness.all() ? 200 : 503, readiness.to_json());
}

Task<Result<http::Response>> answer_metrics(Metrics& metrics, BusMetrics& bus_metrics,
                                            const Services& services) {
  bus_metrics.update();
  metrics.gauge("clock_offset_seconds", "How far this process's clock is ahead of its database's")
      .Set(std::chrono::duration<double>(clock_offset(services)).count());
  http::Response response{.body = metrics.expose()};
  response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return response;
}

Task<Result<http::Response>> answer(http::Response response) { co_return response; }

http::Routes host_routes(Platform& platform, BusMetrics& bus_metrics, const Services& services,
                         std::string_view api_description) {
  return {
      {"GET", "/healthz", http::probe([](const http::Request&) {
         return answer(http::json_response(200, R"({"status":"alive"})"));
       })},
      {"GET", "/readyz",
       http::probe([&](const http::Request&) { return answer_ready(platform, services); })},
      {"GET", "/metrics", http::probe([&](const http::Request&) {
         return answer_metrics(platform.metrics, bus_metrics, services);
       })},
      {"GET", "/api/openapi.json",
       [api_description](const http::Request&) {
         return answer(http::json_response(200, std::string(api_description)));
       }},
  };
}

// As many connections as descriptors allow, less what the rest of the process needs: files,
// connections to servers, and those that the server itself keeps beyond its limit.
http::ServerSettings server_settings(const HostSettings& settings) {
  http::ServerSettings server{.address = settings.bind_address,
                              .port = settings.port,
                              .limits = settings.server_limits,
                              .https_in_front = settings.cookie_secure,
                              .trusted_proxy_hops = settings.trusted_proxy_hops,
                              .trusted_proxy_key = settings.trusted_proxy_key,
                              .access_log_every = settings.access_log_every};
  const std::int64_t descriptors = raise_descriptor_limit();
  server.spare_connections =
      static_cast<std::size_t>(std::clamp<std::int64_t>(descriptors / 16, 16, 256));
  const std::int64_t possible = std::max<std::int64_t>(
      descriptors - descriptors_kept - 3 * static_cast<std::int64_t>(server.spare_connections), 16);
  std::int64_t& wanted = server.limits.connections.in_all;
  if (wanted == 0 || wanted > possible) {
    if (wanted > 0) {
      log::warn("fewer connections than CONNECTIONS_MAX: the limit of descriptors is too low",
                {{"descriptors", descriptors}, {"connections", possible}});
    }
    wanted = possible;
  }
  return server;
}

// Nothing when there is nowhere to send spans.
std::unique_ptr<tracing::Exporter> make_exporter(Platform& platform,
                                                 const tracing::Settings& settings,
                                                 const Services& services) {
  if (settings.traces_url.empty()) return nullptr;
  std::map<tracing::Outcome, prometheus::Counter*> counters;
  for (const tracing::Outcome outcome : tracing::outcomes) {
    counters[outcome] = &platform.metrics.counter(
        "trace_spans_total", "Spans that ended, by what became of them: exported, or dropped",
        {{"result", std::string(tracing::to_string(outcome))}});
  }
  return std::make_unique<tracing::Exporter>(
      platform.executor, settings,
      tracing::Resource{.process = services.size() == 1 ? services.front()->name() : "ticketing",
                        .version = TICKETING_VERSION,
                        .service_name = settings.service_name,
                        .attributes = settings.resource_attributes},
      [counters](tracing::Outcome outcome, std::size_t spans) {
        counters.at(outcome)->Increment(static_cast<double>(spans));
      });
}

Task<> wait_for(asio::signal_set& signals) {
  const auto [error, number] = co_await signals.async_wait(asio::as_tuple(use_task));
  log::info("stopping", {{"signal", number == SIGINT ? "SIGINT" : "SIGTERM"}});
}

}  // namespace

Task<> serve(Platform& platform, const HostSettings& settings, const Services& services,
             std::string_view api_description, http::Routes more) {
  // Before anything runs: a signal that comes while services start stops them in order, too.
  asio::signal_set stop_signals(platform.executor, SIGINT, SIGTERM);
  http::Router router;
  BusMetrics bus_metrics(platform.metrics, platform.bus);
  router.add(host_routes(platform, bus_metrics, services, api_description));
  router.add(std::move(more));
  for (const auto& service : services) {
    router.add(service->routes(), service->name());
    service->subscribe();
  }
  auto exporter = make_exporter(platform, settings.tracing, services);
  http::Server server(
      platform.executor, server_settings(settings), router,
      [&platform](const http::RequestRecord& record) {
        platform.metrics.observe_request(record.method, record.route, record.status,
                                         record.duration);
      },
      [&platform](std::string_view limit, std::string_view whose) {
        platform.metrics
            .counter("limits_met_total", "Answers that a limit is met",
                     {{"limit", std::string(limit)}, {"whose", std::string(whose)}})
            .Increment();
      });
  // First, because it fails where the port is taken: nothing runs yet that would have to be
  // stopped.
  server.start();
  platform.bus.start();
  for (const auto& service : services) service->start();
  if (exporter) exporter->start();
  fmt::print("listening on http://{}:{}\n", settings.bind_address, server.port());
  std::fflush(stdout);

  co_await wait_for(stop_signals);
  co_await server.drain(drain_grace);
  co_await platform.bus.stop();
  for (const auto& service : services) co_await service->stop();
  if (exporter) co_await exporter->stop();
  log::info("stopped");
}

int run_program(int argc, char** argv, const std::string& name, const std::string& description,
                const std::string& environment_help,
                const std::function<Task<>(Environment&, const Executor&)>& run) {
  CLI::App app(description, name);
  app.set_version_flag("--version", TICKETING_VERSION);
  app.footer(environment_help);
  CLI11_PARSE(app, argc, argv);
  try {
    std::signal(SIGPIPE, SIG_IGN);
    // What it writes is for its user alone.
    ::umask(S_IRWXG | S_IRWXO);
    Environment environment;
    asio::io_context io(1);
    const Executor executor = io.get_executor();
    std::exception_ptr failure;
    asio::co_spawn(io, run(environment, executor), [&](std::exception_ptr error) {
      failure = error;
      io.stop();
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return 0;
  } catch (const ConfigError& error) {
    fmt::print(stderr, "{}: {}\n", name, error.what());
    return 2;
  } catch (const std::exception& error) {
    log::error("ended by an exception", {{"error", error.what()}});
    return 1;
  }
}

}  // namespace ticketing::runtime
