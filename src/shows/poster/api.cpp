#include "shows/poster/api.hpp"
#include "shows/operator/editor.hpp"

#include "shows/show_json.hpp"

namespace ticketing::shows::poster {
namespace {

using http::Request;
using identity::Caller;

struct Api {
  Operations& operations;
  const Settings& settings;
  const Clock& clock;
};

Result<http::Response> to_response(const Api& api, const Result<Show>& changed) {
  if (!changed) return std::unexpected(changed.error());
  return http::json_response(200, to_json(*changed, api.settings, api.clock.now()));
}

Task<Result<http::Response>> set(Api api, const Request& request, const Caller& caller) {
  const auto changed = co_await api.operations.set_poster(
      request.path_param("id"), caller.user_id, operator_::editor_of(caller), request.body);
  operator_::audit(request, caller, "operator.set_poster", changed ? nullptr : &changed.error());
  co_return to_response(api, changed);
}

Task<Result<http::Response>> remove(Api api, const Request& request, const Caller& caller) {
  const auto changed =
      co_await api.operations.remove_poster(request.path_param("id"), operator_::editor_of(caller));
  operator_::audit(request, caller, "operator.remove_poster", changed ? nullptr : &changed.error());
  co_return to_response(api, changed);
}

// At this address there is this picture, or none: it is never another one.
Task<Result<http::Response>> show(Api api, const Request& request) {
  const std::string& poster = request.path_param("poster");
  const std::string& size = request.path_param("size");
  auto content = co_await api.operations.read_poster(request.path_param("id"), poster, size);
  if (!content) {
    co_return refuse(ErrorKind::not_found, slugs::not_found, "There is no such picture.");
  }
  const std::string tag = "\"" + poster + "-" + size + "\"";
  const bool is_known = request.headers.find("if-none-match") == tag;
  http::Response response{.status = is_known ? 304 : 200};
  response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
  response.headers.add("ETag", tag);
  response.headers.add("Content-Type", "image/webp");
  if (!is_known) response.body = std::move(content->bytes);
  co_return response;
}

}  // namespace

http::Routes routes(Operations& operations, const Settings& settings, const Clock& clock,
                    identity::Identity& identity) {
  const Api api{.operations = operations, .settings = settings, .clock = clock};
  return {
      {"GET", "/api/shows/:id/poster/:poster/:size.webp",
       [api](const Request& request) { return show(api, request); }},
      {"PUT", "/api/shows/:id/poster",
       http::taking({.media_types = {"image/jpeg", "image/png", "image/webp"},
                     .bytes_max = images::picture_bytes_max},
                    identity.signed_in([api](const Request& request, const Caller& caller) {
                      return set(api, request, caller);
                    }))},
      {"DELETE", "/api/shows/:id/poster",
       identity.signed_in([api](const Request& request, const Caller& caller) {
         return remove(api, request, caller);
       })},
  };
}

}  // namespace ticketing::shows::poster
