#include "delivery/assignments/api.hpp"

#include "common/json/described.hpp"

namespace ticketing::delivery::assignments {
namespace {

using http::Request;
using identity::Caller;

std::string to_json(const RevealedTicket& ticket) {
  json::Writer writer;
  writer.begin_object().key("barcodes").begin_array();
  for (const OpenCode& code : ticket.codes)
    writer.begin_object().field("format", code.format).field("text", code.text).end_object();
  writer.end_array();
  if (ticket.upload.media_type) {
    writer.key("file")
        .begin_object()
        .field("mediaType", *ticket.upload.media_type)
        .field("bytes", ticket.upload.bytes)
        .end_object();
  }
  writer.end_object();
  return writer.take();
}

Task<Result<http::Response>> show_state(Operations& operations, const Request& request,
                                        const Caller& caller) {
  const auto state = co_await operations.find_state(request.path_param("id"), caller.user_id);
  if (!state) co_return std::unexpected(state.error());
  co_return http::json_response(200, json::to_json(*state));
}

Task<Result<http::Response>> reveal_ticket(Operations& operations, const Request& request,
                                           const Caller& caller) {
  const auto ticket = co_await operations.reveal(request.path_param("id"), caller.user_id);
  if (!ticket) co_return std::unexpected(ticket.error());
  co_return http::json_response(200, to_json(*ticket));
}

Task<Result<http::Response>> resell_ticket(Operations& operations, const Request& request,
                                           const Caller& caller) {
  const auto state = co_await operations.resell(request.path_param("id"), caller.user_id);
  if (!state) co_return std::unexpected(state.error());
  co_return http::json_response(200, json::to_json(*state));
}

std::string name_of_file(const std::string& media_type) {
  const std::string kind = media_type.substr(media_type.find('/') + 1);
  return "ticket." + (kind == "jpeg" ? "jpg" : kind);
}

Task<Result<http::Response>> send_file(Operations& operations, const Request& request,
                                       const Caller& caller) {
  auto file = co_await operations.read_file(request.path_param("id"), caller.user_id);
  if (!file) co_return std::unexpected(file.error());
  // Caches keep nothing: the server says so of each answer without a rule of its own.
  http::Response response;
  response.headers.add("Content-Type", file->media_type);
  response.headers.add("Content-Disposition",
                       "attachment; filename=\"" + name_of_file(file->media_type) + "\"");
  response.body = std::move(file->bytes);
  co_return response;
}

}  // namespace

http::Routes routes(Operations& operations, identity::Identity& identity) {
  return {
      {"GET", "/api/orders/:id/ticket",
       identity.signed_in([&operations](const Request& request, const Caller& caller) {
         return show_state(operations, request, caller);
       })},
      {"POST", "/api/orders/:id/ticket/reveal",
       identity.signed_in([&operations](const Request& request, const Caller& caller) {
         return reveal_ticket(operations, request, caller);
       })},
      {"POST", "/api/orders/:id/ticket/resale",
       identity.verified([&operations](const Request& request, const Caller& caller) {
         return resell_ticket(operations, request, caller);
       })},
      {"GET", "/api/orders/:id/ticket/file",
       identity.signed_in([&operations](const Request& request, const Caller& caller) {
         return send_file(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::delivery::assignments
