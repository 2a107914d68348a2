// The part of a session between a request that has come and an answer that is on its way.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/system/system_error.hpp>

#include <algorithm>

#include "common/base/digest.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"
#include "common/http/problem.hpp"
#include "common/http/request_rules.hpp"
#include "common/http/session.hpp"

namespace ticketing::http {
namespace {

constexpr std::size_t path_bytes_logged = 200;

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "not a std::exception";
  }
}

template <class Exception>
bool is(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Exception&) {
    return true;
  } catch (...) {
    return false;
  }
}

bool is_cancellation(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

}  // namespace

// Who asks, under which names; also for requests that were refused as malformed, whose fields may
// be there in part.
void Session::identify() {
  const std::string& key = server_->settings.trusted_proxy_key;
  const bool is_trusted =
      key.empty() ||
      equals_in_constant_time(request_.headers.find("x-proxy-key").value_or(""), key);
  trusted_hops_ = is_trusted ? proxy_hops_ : 0;
  if (trusted_hops_ > 0 && !is_of_proxy_) take_connection_of_proxy();
  request_.remote_address =
      trusted_hops_ > 0 ? caller_address(request_.headers, peer_, trusted_hops_) : peer_;
  // A caller could use the id of another request and mislead readers of the logs, also through a
  // proxy that passes ids on: one with the key makes them itself.
  const bool is_named = trusted_hops_ > 0 && !key.empty();
  const auto id = is_named ? request_.headers.find("x-request-id") : std::nullopt;
  const auto trace = request_.headers.find("traceparent");
  trace::Context context = trace::read_context(trace.value_or(""), id.value_or(""));
  if (context.request_id().empty()) context.set_request_id(trace::new_request_id());
  span_ = trace::Span(trace::SpanKind::server, context);
}

// Decides on the head alone; leaves either route_ or refusal_.
void Session::admit() {
  const auto refuse = [this](std::optional<Error> error, std::string allow = {}) {
    if (error) refusal_ = Refusal{.error = *std::move(error), .allow = std::move(allow)};
    return refusal_.has_value();
  };
  const auto error = [](ErrorKind kind, Code slug, std::string detail) {
    return Error{.kind = kind, .slug = std::move(slug), .detail = std::move(detail), .fields = {}};
  };
  if (refuse(read_target(parser_.target(), request_))) return;
  Router::Match match = server_->router.match(request_.method, request_.path);
  if (match.malformed) {
    refuse(error(ErrorKind::invalid, slugs::malformed_request, "The path is malformed."));
  } else if (match.route == nullptr && match.allowed.empty()) {
    refuse(error(ErrorKind::not_found, slugs::not_found, "There is nothing at this path."));
  } else if (match.route == nullptr) {
    refuse(error(ErrorKind::method_not_allowed, slugs::method_not_allowed,
                 "This path does not support the method."),
           fmt::format("{}", fmt::join(match.allowed, ", ")));
  }
  if (refusal_) return;
  route_ = match.route;
  if (is_spare_ && !route_->endpoint.is_probe) {
    ++server_->shed;
    refusal_ = Refusal{.error = too_many_connections(), .by_limit = true};
    return;
  }
  request_.path_params = std::move(match.params);
  if (is_safe(request_.method)) return;
  const std::string_view host = public_host(request_.headers, trusted_hops_);
  if (refuse(check_same_site(request_, host, server_->settings.https_in_front))) return;
  if (parser_.complete()) return;
  const auto& upload = route_->endpoint.upload;
  refuse(upload ? check_media_type(request_, upload->media_types) : check_media_type(request_));
}

Task<Response> Session::call_handler() {
  if (!route_->endpoint.is_probe) {
    const limits::Full full = server_->requests.take(request_share_, parties());
    if (full != limits::Full::no) {
      const bool is_of_all = full == limits::Full::all;
      const Code slug = is_of_all ? slugs::unavailable : slugs::too_many_requests;
      co_return problem_response(
          limit_error(full, "requests", slug, "Too many requests at once. Try again in a moment."));
    }
  }
  phase_ = Phase::handling;
  deadline_ = started_ + server_->settings.handler_timeout;
  if (!request_.body.empty()) {
    deadline_ = server_->clock.steady_now() + server_->settings.handler_timeout;
  }
  std::exception_ptr failure;
  try {
    Result<Response> result = co_await route_->endpoint.handler(request_);
    if (result) co_return *std::move(result);
    co_return refuse_with(result.error());
  } catch (...) {
    failure = std::current_exception();
  }
  if (abandoned_) co_return Response{};
  if (cancelled_ && is_cancellation(failure)) co_return failed(overdue());
  co_return failed(failure);
}

// A handler that was stopped may have changed something or not, so only a safe method may say that
// nothing happened.
std::exception_ptr Session::overdue() const {
  constexpr const char* reason = "the handler took too long";
  return is_safe(request_.method) ? std::make_exception_ptr(Unavailable(reason))
                                  : std::make_exception_ptr(OutcomeUnknown(reason));
}

Response Session::answer_refusal() {
  if (refusal_->failure) return failed(refusal_->failure);
  Response response =
      refusal_->by_limit ? problem_response(refusal_->error) : refuse_with(refusal_->error);
  if (!refusal_->allow.empty()) response.headers.add("Allow", refusal_->allow);
  return response;
}

Response Session::refuse_with(const Error& error) {
  if (error.kind == ErrorKind::unavailable) {
    note_unavailable(log::Level::warn, std::string(error.slug.name()));
  } else if (status_of(error.kind) >= 500) {
    log::error("request failed",
               {{"route", route_name()}, {"slug", error.slug.name()}, {"detail", error.detail}});
  }
  return problem_response(error);
}

void Session::note_unavailable(log::Level level, std::string reason) {
  auto& noted = server_->unavailable;
  ++noted.count;
  noted.level = std::max(noted.level, level);
  noted.request_id = span_.context().request_id();
  noted.route = route_name();
  noted.reason = std::move(reason);
}

std::string_view Session::route_name() const {
  return route_ ? std::string_view(route_->pattern) : "unmatched";
}

Response Session::failed(const std::exception_ptr& failure) {
  if (is<Overloaded>(failure)) {
    ++server_->shed;
    return problem_response(error_of(failure));
  }
  if (is<Unavailable>(failure)) {
    note_unavailable(log::Level::error, describe(failure));
  } else {
    log::error("request failed", {{"route", route_name()}, {"error", describe(failure)}});
  }
  return problem_response(error_of(failure));
}

// Appends head and body. A head that cannot be written is a fault of the handler's.
bool Session::append_response(std::string& out, const Response& response, bool close) {
  const HeadFacts facts{.framing = !response.stream        ? Framing::length
                                   : parser_.is_http_1_1() ? Framing::chunked
                                                           : Framing::to_close,
                        .close = close,
                        .keep_alive = !close && !parser_.is_http_1_1(),
                        .request_id = span_.context().request_id()};
  if (!server_->head.append(out, response, facts)) return false;
  const bool has_body = request_.method != "HEAD" && response.status != 204 &&
                        response.status != 304 && !response.stream;
  if (has_body) out += response.body;
  return true;
}

Task<bool> Session::respond(Response& response) {
  bool streams = response.stream && request_.method != "HEAD";
  if (streams) {
    // From here on it counts as a stream and no longer as a request under way.
    request_share_.release();
    if (const auto error = admit_stream(*response.stream)) {
      response = problem_response(*error);
      streams = false;
    }
  }
  if (response.stream) response.headers.set("X-Accel-Buffering", "no");
  const bool close = close_after_ || streams || server_->draining || is_spare_;
  out_.clear();
  if (!append_response(out_, response, close)) {
    response = failed(std::make_exception_ptr(std::logic_error("a response field is malformed")));
    append_response(out_, response, true);
    close_after_ = true;
  }
  const int status = response.status;
  if (!streams) std::string().swap(response.body);  // it is in out_ now
  phase_ = Phase::writing;
  deadline_ = server_->clock.steady_now() + server_->settings.write_timeout;
  std::string_view rest = out_;
  bool good = send_now(rest);
  if (good && !rest.empty()) good = co_await send_rest(rest);
  record(status);
  if (good && streams && response.stream) {
    co_await run_stream(response);
    co_return false;
  }
  co_return good && !close && !close_after_;
}

void Session::record(int status) {
  if (server_->stopped) return;
  const std::string_view route = route_name();
  const auto duration = server_->clock.steady_now() - started_;
  if (server_->observe) {
    server_->observe({.method = known_method(request_.method),
                      .route = route,
                      .status = status,
                      .duration = duration});
  }
  log_access(route, status, duration);
  end_span(route, status);
}

// By the semantic conventions of OpenTelemetry for HTTP servers.
void Session::end_span(std::string_view route, int status) {
  trace::SpanRecord* const record = span_.record();
  if (record == nullptr) return;
  if (route_ != nullptr && route_->endpoint.is_probe) return span_.discard();
  record->name = fmt::format("{} {}", known_method(request_.method), route);
  if (route_ != nullptr) record->service = route_->service;
  record->attributes = {{"http.request.method", std::string(known_method(request_.method))},
                        {"http.route", std::string(route)},
                        {"http.response.status_code", static_cast<std::int64_t>(status)},
                        {"url.path", request_.path.substr(0, path_bytes_logged)},
                        {"ticketing.request_id", std::string(span_.context().request_id())}};
  if (status >= 500) record->error = fmt::format("{} {}", status, reason_phrase(status));
  span_.end();
}

// All requests at level debug, one of many at info.
void Session::log_access(std::string_view route, int status,
                         std::chrono::nanoseconds duration) const {
  const std::size_t every =
      log::enabled(log::Level::debug) ? 1 : server_->settings.access_log_every;
  if (every == 0 || !log::enabled(log::Level::info)) return;
  if (server_->answered++ % every != 0) return;
  log::info("request", {{"log", "access"},
                        {"method", known_method(request_.method)},
                        {"route", route},
                        {"path", std::string_view(request_.path).substr(0, path_bytes_logged)},
                        {"status", status},
                        {"address", request_.remote_address},
                        {"microseconds",
                         std::chrono::duration_cast<std::chrono::microseconds>(duration).count()},
                        {"one_of", every}});
}

// Answers for a handler that does not stop. The session's own coroutine is inside that handler and
// touches neither the socket nor the buffers until it is back.
Task<> Session::answer_overdue() {
  const auto self = shared_from_this();
  const trace::Scope scope(span_.context());
  const Response response = failed(overdue());
  std::string out;
  append_response(out, response, true);
  const bool good = co_await send(out);
  record(response.status);
  if (good) {
    co_await linger();
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  phase_ = Phase::handling;
  deadline_ = SteadyTime::max();
}

}  // namespace ticketing::http
