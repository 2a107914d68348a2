#include "delivery/api.hpp"

#include <fmt/format.h>

#include "common/base/text.hpp"
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
  const auto answer =
      co_await operations.put_file(request.path_param("id"), caller.user_id,
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
  const bool is_text = !reader->error() || reader->has("text");
  if (is_text && code.text.empty()) {
    reader->fault("text", {.code = codes::empty, .message = "must not be empty"});
  } else if (utf8_length(code.text) > code_characters_max) {
    reader->fault("text",
                  {.code = codes::too_long(code_characters_max),
                   .message = fmt::format("must have at most {} characters", code_characters_max)});
  }
  if (auto error = reader->error()) return refuse(*std::move(error));
  code.format = reading::code_format_of(format).value();
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
