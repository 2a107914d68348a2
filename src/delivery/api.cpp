#include "delivery/api.hpp"

#include <fmt/format.h>

#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"
#include "common/json/described.hpp"
#include "common/json/reader.hpp"

namespace ticketing::delivery {
namespace {

using http::Request;
using identity::Caller;

const std::vector<std::string> media_types{"application/pdf", "image/png", "image/jpeg"};

// The type without parameters, in lower case: one of those above, by the server's check.
std::string media_type_of(const Request& request) {
  const std::string_view type = request.headers.find("content-type").value_or("");
  return to_lower_ascii(trim(type.substr(0, type.find(';'))));
}

Result<http::Response> to_response(const Result<UploadAnswer>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return http::json_response(200, json::to_json(*answer));
}

Task<Result<http::Response>> put_file(Operations& operations, const Request& request,
                                      const Caller& caller) {
  const auto answer = co_await operations.put_file(
      request.path_param("id"), {.user_id = caller.user_id, .address = request.remote_address},
      {.media_type = media_type_of(request), .bytes = request.body});
  co_return to_response(answer);
}

Result<TypedCode> read_code(const std::string& body) {
  auto reader = json::Reader::parse(body);
  if (!reader) return std::unexpected(reader.error());
  std::vector<std::string_view> formats;
  for (const auto format : reading::code_formats) formats.push_back(reading::to_string(format));
  const std::string format = reader->one_of("format", formats);
  TypedCode code{.text = reader->text("text")};
  if (reader->has("text") && !has_visible_character(code.text))
    reader->fault("text", {.code = codes::empty, .message = "must not be empty"});
  if (auto error = reader->error()) return refuse(*std::move(error));
  code.format = reading::code_format_of(format).value();
  const CodeCapacity capacity = capacity_of(code.format, code.text);
  const std::size_t max = capacity.characters;
  if (!capacity.takes) {
    return std::unexpected(invalid_field(
        "text", {codes::bad_characters,
                 fmt::format("must have characters of ASCII alone, as all of {}", format)}));
  }
  if (code.text.size() > max) {
    return std::unexpected(invalid_field(
        "text", {codes::too_long(max),
                 fmt::format("must have at most {} bytes, as many as {} holds of these characters",
                             max, format)}));
  }
  return code;
}

Task<Result<http::Response>> put_code(Operations& operations, const Request& request,
                                      const Caller& caller) {
  const auto code = read_code(request.body);
  if (!code) co_return std::unexpected(code.error());
  const auto answer = co_await operations.put_code(request.path_param("id"), caller.user_id, *code);
  co_return to_response(answer);
}

}  // namespace

http::Routes routes(Operations& operations, identity::Identity& identity) {
  return {
      {"PUT", "/api/tickets/:id/file",
       http::taking({.media_types = media_types, .bytes_max = reading::file_bytes_max},
                    identity.signed_in([&operations](const Request& request, const Caller& caller) {
                      return put_file(operations, request, caller);
                    }))},
      {"PUT", "/api/tickets/:id/code",
       identity.signed_in([&operations](const Request& request, const Caller& caller) {
         return put_code(operations, request, caller);
       })},
  };
}

}  // namespace ticketing::delivery
