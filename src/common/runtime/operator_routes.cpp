#include "common/runtime/operator_routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/bus/dead_letter_json.hpp"
#include "common/json/reader.hpp"
#include "common/json/writer.hpp"
#include "common/runtime/republisher.hpp"

namespace ticketing::runtime {
namespace {

// Only ticketing-admin sees it.
constexpr CodeKind no_such_owner{"no_such_owner"};
constexpr CodeKind no_such_run{"no_such_run"};

constexpr std::int64_t letters_max = 1'000;

using Answer = Task<Result<http::Response>>;

Result<Republisher*> find_owner(const Platform& platform, const std::string& name) {
  std::vector<std::string> names;
  for (Republisher* each : *platform.republishers) {
    if (each->service() == name) return each;
    names.push_back(each->service());
  }
  return refuse(ErrorKind::not_found, no_such_owner,
                fmt::format("No service {} publishes entities. Those that do are {}.", name,
                            fmt::join(names, ", ")));
}

http::Response to_response(int status, const std::string& service, const bus::Republication& run) {
  return http::json_response(
      status, encode(bus::RepublishProgress{.request_id = std::nullopt,
                                            .service = service,
                                            .id = run.id,
                                            .status = std::string(name_of(run.status)),
                                            .since = run.since,
                                            .entities = run.entities,
                                            .events = run.events}));
}

Answer republish(const Platform& platform, const http::Request& request) {
  auto wanted = bus::decode_republish_requested(request.body);
  if (!wanted) co_return std::unexpected(wanted.error());
  const std::string name = wanted->service.value_or("");
  const auto owner = find_owner(platform, name);
  if (!owner) co_return std::unexpected(owner.error());
  wanted->lost_before.reset();
  co_return to_response(202, name, co_await (*owner)->request(*wanted));
}

Answer show_run(const Platform& platform, const http::Request& request) {
  const std::string name{request.path_param("service")};
  const auto owner = find_owner(platform, name);
  if (!owner) co_return std::unexpected(owner.error());
  const auto run = co_await (*owner)->find(std::string(request.path_param("run")));
  if (!run) co_return refuse(ErrorKind::not_found, no_such_run, "There is no such run.");
  co_return to_response(200, name, *run);
}

Answer list_letters(bus::LocalBus& bus) {
  json::Writer writer;
  writer.begin_object().key("letters").begin_array();
  const auto letters = co_await bus.list_dead_letters(letters_max);
  for (const bus::DeadLetter& letter : letters) {
    bus::write_fields(writer.begin_object(), letter)
        .field("payload", letter.event.payload)
        .end_object();
  }
  writer.end_array().end_object();
  co_return http::json_response(200, writer.take());
}

Answer replay_letter(bus::LocalBus& bus, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string consumer = reader->text("consumer"), event = reader->text("event");
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto done = co_await bus.replay_dead_letter(consumer, event);
  if (!done) co_return std::unexpected(done.error());
  co_return http::json_response(200, "{}");
}

// What the request names in a field of its body.
std::string named(const http::Request& request, const char* field) {
  auto reader = json::Reader::parse(request.body);
  return reader && reader->has(field) ? reader->text(field) : "";
}

}  // namespace

http::Routes operator_routes(const OperatorGuard& guard, const Platform& platform,
                             bus::LocalBus& bus) {
  if (!guard.admits_any()) return {};
  const auto act = [](const char* event, const char* field) {
    return [event, field](const http::Request& request) {
      return OperatorGuard::Act{.event = event, .subject = named(request, field)};
    };
  };
  using Request = http::Request;
  return {
      {"POST", "/operator/events/republish",
       guard.guard(act("operator.republish", "service"),
                   [&platform](const Request& request) { return republish(platform, request); })},
      {"GET", "/operator/events/republish/:service/:run",
       guard.guard(
           [](const Request&) {
             return OperatorGuard::Act{.event = "operator.read_republish", .is_told = false};
           },
           [&platform](const Request& request) { return show_run(platform, request); })},
      {"GET", "/operator/dead-letters",
       guard.guard(act("operator.read_dead_letters", ""),
                   [&bus](const Request&) { return list_letters(bus); })},
      {"POST", "/operator/dead-letters/replay",
       guard.guard(act("operator.replay_dead_letter", "event"),
                   [&bus](const Request& request) { return replay_letter(bus, request); })}};
}

}  // namespace ticketing::runtime
