#include "shows/operator/api.hpp"

#include "common/base/id.hpp"
#include "common/json/reader.hpp"
#include "shows/show_body.hpp"
#include "shows/show_json.hpp"

namespace ticketing::shows::operator_ {
namespace {

http::Response to_response(Operations& operations, const Show& show) {
  return http::json_response(200, to_json(show, operations.settings(), operations.now()));
}

Task<Result<http::Response>> update(Operations& operations, const http::Request& request) {
  auto change = read_update(request, std::nullopt);
  if (!change) co_return std::unexpected(change.error());
  const auto updated = co_await operations.update_show(*std::move(change));
  if (!updated) co_return std::unexpected(updated.error());
  co_return to_response(operations, *updated);
}

Task<Result<http::Response>> merge(Operations& operations, const http::Request& request) {
  auto reader = json::Reader::parse(request.body);
  if (!reader) co_return std::unexpected(reader.error());
  const std::string into_id = reader->text("into");
  if (!is_uuid(into_id)) reader->fault("into", {codes::not_an_id(), "must be an id"});
  if (auto error = reader->error()) co_return std::unexpected(*std::move(error));
  const auto merged =
      co_await operations.merge_shows({.id = request.path_param("id"), .into_id = into_id});
  if (!merged) co_return std::unexpected(merged.error());
  co_return to_response(operations, *merged);
}

Task<Result<http::Response>> remove_poster(Operations& operations, poster::Operations& posters,
                                           const http::Request& request) {
  const auto changed = co_await posters.remove_poster(request.path_param("id"), std::nullopt);
  if (!changed) co_return std::unexpected(changed.error());
  co_return to_response(operations, *changed);
}

}  // namespace

http::Routes routes(Operations& operations, poster::Operations& posters,
                    const runtime::OperatorGuard& guard) {
  if (!guard.admits_any()) return {};
  const auto guarded = [&](const char* event, auto handle) {
    return guard.guard(
        [event](const http::Request& request) {
          return runtime::OperatorGuard::Act{.event = event, .subject = request.path_param("id")};
        },
        handle);
  };
  return {{"PUT", "/operator/shows/:id",
           guarded("operator.change_show",
                   [&](const http::Request& request) { return update(operations, request); })},
          {"POST", "/operator/shows/:id/merge",
           guarded("operator.merge_shows",
                   [&](const http::Request& request) { return merge(operations, request); })},
          {"DELETE", "/operator/shows/:id/poster",
           guarded("operator.remove_poster", [&](const http::Request& request) {
             return remove_poster(operations, posters, request);
           })}};
}

}  // namespace ticketing::shows::operator_
