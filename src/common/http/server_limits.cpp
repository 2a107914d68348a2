#include "common/http/server_limits.hpp"

namespace ticketing::http {
namespace {

using limits::Limit;

constexpr std::string_view a_minute = "a minute";

constexpr Limit connections{
    .resource = "connections",
    .per_address = {.standard = 1'000, .setting = "CONNECTIONS_PER_ADDRESS"},
    .in_all = {.standard = 20'000, .setting = "CONNECTIONS_MAX"},
    .answer = "503 `too_many_connections`, then closed; probes are answered"};
constexpr Limit streams{.resource = "live streams",
                        .per_address = {.standard = 200, .setting = "STREAMS_PER_ADDRESS"},
                        .per_user = {.standard = 20, .setting = "STREAMS_PER_USER"},
                        .in_all = {.standard = 10'000, .setting = "STREAMS_MAX"},
                        .answer = "429, in all 503 `too_many_streams`"};
constexpr Limit requests{.resource = "requests under way",
                         .per_address = {.standard = 500, .setting = "REQUESTS_PER_ADDRESS"},
                         .per_user = {.standard = 100, .setting = "REQUESTS_PER_USER"},
                         .in_all = {.standard = 4'096, .setting = "REQUESTS_MAX"},
                         .answer = "429 `too_many_requests`, in all 503 `unavailable`"};
constexpr Limit request_bytes{.resource = "bytes of requests in memory",
                              .per_address = {.standard = 4 * 1024 * 1024},
                              .per_user = {.standard = 1024 * 1024},
                              .in_all = {.standard = 32 * 1024 * 1024},
                              .answer = "429, in all 503 `too_many_bytes`, then closed"};
// One file at a time of a user, and a few in all: memory for a body doubles as it comes.
constexpr Limit upload_bytes{.resource = "bytes of uploads in memory",
                             .per_address = {.standard = 24 * 1024 * 1024},
                             .per_user = {.standard = 12 * 1024 * 1024},
                             .in_all = {.standard = 48 * 1024 * 1024},
                             .answer = "429, in all 503 `too_many_bytes`, then closed"};
// Two files at a time of an address: one is in memory until its last byte is read.
constexpr Limit answer_bytes{.resource = "bytes of answers that are not read",
                             .per_address = {.standard = 12 * 1024 * 1024},
                             .in_all = {.standard = 32 * 1024 * 1024},
                             .answer = "closed"};
constexpr Limit writes{
    .resource = "requests that change something",
    .per_user = {.standard = 600, .setting = "WRITES_A_MINUTE", .unit = a_minute},
    .answer = "429 `too_many_writes`"};

constexpr limits::Cap stream_minutes{.standard = 10, .setting = "STREAM_MINUTES", .most = 1'440};

limits::ShareLimits standard(const Limit& limit) {
  return {.per_address = limit.per_address.standard,
          .per_user = limit.per_user.standard,
          .in_all = limit.in_all.standard};
}

limits::ShareLimits read(const Limit& limit, Environment& environment) {
  return {.per_address = limit.per_address.read(environment),
          .per_user = limit.per_user.read(environment),
          .in_all = limit.in_all.read(environment)};
}

}  // namespace

ServerLimits::ServerLimits()
    : connections(standard(http::connections)),
      streams(standard(http::streams)),
      requests(standard(http::requests)),
      request_bytes(standard(http::request_bytes)),
      upload_bytes(standard(http::upload_bytes)),
      answer_bytes(standard(http::answer_bytes)),
      writes_a_minute(writes.per_user.standard),
      stream_life(std::chrono::minutes{stream_minutes.standard}) {}

const limits::Limits& server_limits() {
  static const limits::Limits all{connections,  streams,      requests, request_bytes,
                                  upload_bytes, answer_bytes, writes};
  return all;
}

ServerLimits read_server_limits(Environment& environment) {
  ServerLimits read_limits;
  read_limits.connections = read(connections, environment);
  read_limits.streams = read(streams, environment);
  read_limits.requests = read(requests, environment);
  read_limits.request_bytes = read(request_bytes, environment);
  read_limits.upload_bytes = read(upload_bytes, environment);
  read_limits.answer_bytes = read(answer_bytes, environment);
  read_limits.writes_a_minute = writes.per_user.read(environment);
  read_limits.stream_life = std::chrono::minutes{stream_minutes.read(environment)};
  return read_limits;
}

std::string server_limits_help() {
  return limits::settings_help(server_limits()) +
         "  STREAM_MINUTES       how long a live stream lasts at most; the browser opens it again\n"
         "                       (default 10; 0: no limit)\n";
}

}  // namespace ticketing::http
