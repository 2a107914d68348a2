#include "admin/operator_client.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <stdexcept>

#include "admin/operator_name.hpp"
#include "common/base/config.hpp"
#include "common/base/exceptions.hpp"
#include "common/json/reader.hpp"

namespace ticketing::admin {

std::string problem_of(const http::Answer& answer) {
  auto reader = json::Reader::parse(answer.body);
  const std::string detail = reader && reader->has("detail") ? reader->text("detail") : "";
  if (answer.status == 404 && detail.empty()) return "no answer: is OPERATOR_TOKEN set there?";
  return fmt::format("{} {}", answer.status, detail);
}

OperatorClient::OperatorClient(std::string url) : url_(std::move(url)) {
  Environment environment;
  token_ = environment.text("OPERATOR_TOKEN", "");
  if (token_.empty()) throw ConfigError("OPERATOR_TOKEN must be set, as for the service");
}

http::Answer OperatorClient::ask(const std::string& method, const std::string& path,
                                 std::string body, const std::string& idempotency_key) {
  http::Call call{.method = method, .url = url_ + path, .body = std::move(body)};
  call.headers.add("Authorization", "Bearer " + token_);
  call.headers.add("X-Operator", operator_name());
  if (method != "GET") call.headers.add("Content-Type", "application/json");
  if (!idempotency_key.empty()) call.headers.add("Idempotency-Key", idempotency_key);
  std::optional<http::CallResult> result;
  asio::co_spawn(io_, client_->call(std::move(call)),
                 [&](std::exception_ptr, http::CallResult value) { result = std::move(value); });
  io_.restart();
  io_.run();
  if (!result || !*result) {
    throw std::runtime_error(
        url_ + " does not answer: " + (result ? result->error().reason : "interrupted"));
  }
  return **std::move(result);
}

bool is_one_process(const std::string& url) {
  Environment environment;
  if (!url.empty()) return true;
  return environment.text("NATS_URL", "").empty() &&
         !environment.text("OPERATOR_TOKEN", "").empty();
}

}  // namespace ticketing::admin
