#include "orders/calendar/api.hpp"

#include "common/base/codes.hpp"
#include "common/base/digest.hpp"
#include "common/json/writer.hpp"

namespace ticketing::orders::calendar {
namespace {

using http::Request;
using identity::Caller;

// A calendar program asks about as often. Nothing between it and the shop keeps the file.
constexpr const char* caching = "private, max-age=900";

Task<Result<http::Response>> show(Operations& operations, const Caller& caller) {
  const auto since = co_await operations.find(caller.user_id);
  json::Writer writer;
  writer.begin_object();
  if (since) writer.field("createdAt", *since);
  writer.end_object();
  co_return http::json_response(200, writer.take());
}

// The key is a parameter, because addresses are logged without theirs.
Task<Result<http::Response>> open(Operations& operations, const Caller& caller) {
  const std::string key = co_await operations.open(caller.user_id);
  json::Writer writer;
  writer.begin_object().field("path", "/api/orders/calendar.ics?key=" + key).end_object();
  co_return http::json_response(201, writer.take());
}

Task<Result<http::Response>> close(Operations& operations, const Caller& caller) {
  co_await operations.close(caller.user_id);
  co_return http::Response{.status = 204};
}

Task<Result<http::Response>> read(Operations& operations, const Request& request) {
  auto file = co_await operations.read(std::string(request.query_param("key").value_or("")));
  if (!file) {
    co_return refuse(ErrorKind::not_found, slugs::not_found,
                     "There is no calendar at this address, or not any more.");
  }
  const std::string tag = "\"" + sha256_hex(*file).substr(0, 32) + "\"";
  const bool is_known = request.headers.find("if-none-match") == tag;
  http::Response response{.status = is_known ? 304 : 200};
  response.headers.set("Cache-Control", caching);
  response.headers.add("ETag", tag);
  response.headers.add("Content-Type", "text/calendar; charset=utf-8");
  if (!is_known) response.body = *std::move(file);
  co_return response;
}

}  // namespace

http::Routes routes(Operations& operations, identity::Identity& identity) {
  return {
      {"GET", "/api/orders/calendar.ics",
       [&](const Request& request) { return read(operations, request); }},
      {"GET", "/api/orders/calendar", identity.signed_in([&](const Request&, const Caller& caller) {
         return show(operations, caller);
       })},
      {"POST", "/api/orders/calendar",
       identity.signed_in(
           [&](const Request&, const Caller& caller) { return open(operations, caller); })},
      {"DELETE", "/api/orders/calendar",
       identity.signed_in(
           [&](const Request&, const Caller& caller) { return close(operations, caller); })},
  };
}

}  // namespace ticketing::orders::calendar
