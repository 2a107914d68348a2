#include "common/http/request_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/basic_parser.hpp>
#include <memory>

#include "common/base/text.hpp"
#include "common/http/request_rules.hpp"

namespace ticketing::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using boost::system::error_code;

constexpr std::size_t fields_max = 128;
constexpr std::size_t body_bytes_first = 1024;
constexpr std::size_t chunk_line_bytes_max = 4096;  // size, extensions and trailers

Error too_long(bool in_request_line) {
  return in_request_line ? Error{.kind = ErrorKind::uri_too_long,
                                 .slug = slugs::uri_too_long,
                                 .detail = "The request line is too long.",
                                 .fields = {}}
                         : Error{.kind = ErrorKind::headers_too_large,
                                 .slug = slugs::headers_too_large,
                                 .detail = "The header fields are too long or too many.",
                                 .fields = {}};
}

// Bytes that may stand inside a line of the head; HTAB only inside header fields, see scan().
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0; c < 256; ++c) plain[c] = c >= 0x20 && c != 0x7f;
  return plain;
}
constexpr std::array<bool, 256> plain_byte = make_plain();

// What follows method and target decides what they were: only the exact form is taken.
bool is_target(std::string_view target) {
  return !target.empty() && !target.contains('#') &&
         std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f; });
}

// Beast waits for a CR that may never come.
bool has_bare_lf(std::string_view framing) {
  for (std::size_t at = framing.find('\n'); at != std::string_view::npos;
       at = framing.find('\n', at + 1)) {
    if (at == 0 || framing[at - 1] != '\r') return true;
  }
  return false;
}

bool is_decimal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// Beast's parser, which writes straight into the Request.
class RequestParser::Grammar final : public beast::http::basic_parser<true> {
 public:
  Grammar(Request& request, std::string& target, const ParserLimits& limits,
          std::size_t& body_bytes_max)
      : request_(request), target_(target), limits_(limits), body_bytes_max_(body_bytes_max) {
    header_limit(
        static_cast<std::uint32_t>(limits.request_line_bytes_max + limits.header_bytes_max + 64));
    body_bytes_max_ = limits.body_bytes_max;
    body_limit(body_bytes_max_);
    eager(true);
  }

  int version() const { return version_; }

 private:
  using View = beast::string_view;

  void on_request_impl(beast::http::verb, View method, View target, int version,
                       error_code&) override {
    request_.method = method;
    target_ = target;
    version_ = version;
    if (!limits_.body_bytes_max_of) return;
    if (const auto other = limits_.body_bytes_max_of(request_.method, target_)) {
      body_bytes_max_ = *other;
      body_limit(body_bytes_max_);
    }
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(beast::http::field, View name, View value, error_code& ec) override {
    if (!in_head_) return;  // trailers are not used
    if (request_.headers.size() >= fields_max) {
      ec = error::header_limit;
      return;
    }
    request_.headers.add(std::string(name), std::string(value));
  }
  void on_header_impl(error_code&) override { in_head_ = false; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // Memory grows with what has come: many callers announce bodies that never come.
    if (length) request_.body.reserve(std::min<std::uint64_t>(*length, body_bytes_first));
  }
  std::size_t on_body_impl(View piece, error_code&) override {
    request_.body.append(piece);
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View piece, error_code&) override {
    request_.body.append(piece);
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  Request& request_;
  std::string& target_;
  const ParserLimits& limits_;
  std::size_t& body_bytes_max_;
  int version_ = 11;
  bool in_head_ = true;
};

RequestParser::RequestParser(const ParserLimits& limits, Request& request)
    : limits_(limits),
      request_(request),
      body_bytes_max_(limits.body_bytes_max),
      grammar_(std::make_unique<Grammar>(request, target_, limits_, body_bytes_max_)) {}

RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  std::destroy_at(grammar_.get());
  std::construct_at(grammar_.get(), request_, target_, limits_, body_bytes_max_);
  scanned_ = line_start_ = head_start_ = fields_start_ = body_bytes_ = 0;
}

bool RequestParser::complete() const { return grammar_->is_done(); }
bool RequestParser::is_http_1_1() const { return grammar_->version() == 11; }
bool RequestParser::keep_alive() const { return grammar_->keep_alive(); }

bool RequestParser::expects_continue() const {
  const auto expect = request_.headers.find("expect");
  return expect && is_http_1_1() && equals_ignoring_case(*expect, "100-continue");
}

Result<std::size_t> RequestParser::read_head(std::string_view bytes) {
  const Result<std::size_t> end = scan(bytes);
  if (!end || *end == 0) return end;
  if (auto fault = parse_head(bytes.substr(head_start_, *end - head_start_))) {
    return refuse(*std::move(fault));
  }
  return end;
}

// Walks the bytes that are new since the last call, line by line; returns the end of the head, or 0
// when it is not there yet.
Result<std::size_t> RequestParser::scan(std::string_view bytes) {
  for (std::size_t i = scanned_; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool in_request_line = fields_start_ == 0;
    if (plain_byte[static_cast<unsigned char>(c)]) {
      if (in_request_line ? i - line_start_ >= limits_.request_line_bytes_max
                          : i - fields_start_ >= limits_.header_bytes_max) {
        return std::unexpected(too_long(in_request_line));
      }
      if (c == ' ' && i == line_start_)
        return std::unexpected(malformed("Header fields must not be folded."));
      continue;
    }
    if (c == '\t' && !in_request_line && i != line_start_) continue;
    if (c != '\r')
      return std::unexpected(
          malformed("The head has a control byte, or a line that ends in a bare LF."));
    if (i + 1 == bytes.size()) {
      scanned_ = i;
      return 0;
    }
    if (bytes[i + 1] != '\n') return std::unexpected(malformed("The head has a bare CR."));
    const bool empty_line = i == line_start_;
    line_start_ = ++i + 1;
    if (!in_request_line && line_start_ - fields_start_ > limits_.header_bytes_max) {
      return std::unexpected(too_long(false));
    }
    if (!in_request_line && empty_line) return line_start_;
    if (!empty_line) {
      if (in_request_line) fields_start_ = line_start_;
    } else if (head_start_ == 0) {
      head_start_ = line_start_;  // one empty line is forgiven (RFC 9112 §2.2)
    } else {
      return std::unexpected(malformed("There is no request line."));
    }
  }
  scanned_ = bytes.size();
  return 0;
}

std::optional<Error> RequestParser::parse_head(std::string_view head) {
  error_code ec;
  grammar_->put(boost::asio::const_buffer(head.data(), head.size()), ec);
  if (ec == error::header_limit) return too_long(false);
  if (ec == error::body_limit) return too_large();
  // An eager parser returns need_more when the body is still to come, but also for a request
  // line that ends within its version: Beast waits for the rest of that.
  if ((ec && ec != error::need_more) || !grammar_->is_header_done()) {
    return malformed("This is not an HTTP request.");
  }
  if (!is_target(target_)) return malformed("The request target is malformed.");

  const Headers& headers = request_.headers;
  const std::size_t hosts = headers.count("host");
  if (hosts > 1 || (hosts == 0 && is_http_1_1())) return malformed("One Host field is needed.");
  if (const auto coding = headers.find("transfer-encoding")) {
    // Anything that two readers could frame in two ways ends here.
    if (headers.count("transfer-encoding") > 1 || headers.count("content-length") > 0 ||
        !is_http_1_1() || !equals_ignoring_case(*coding, "chunked")) {
      return malformed("Only \"Transfer-Encoding: chunked\" without Content-Length is understood.");
    }
  }
  const auto length = headers.find("content-length");
  if (length && !is_decimal(*length)) return malformed("Content-Length is not a number.");
  return std::nullopt;
}

Result<std::size_t> RequestParser::read_body(std::string_view bytes) {
  error_code ec;
  const std::size_t taken =
      grammar_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  body_bytes_ += taken;
  if (ec == error::body_limit) return std::unexpected(too_large());
  if (ec && ec != error::need_more) return std::unexpected(malformed("The body is malformed."));
  // Chunk framing is bounded as well: one-byte chunks cost six bytes each.
  const std::string_view rest = bytes.substr(taken);
  if (!complete() && has_bare_lf(rest)) return std::unexpected(malformed("The body is malformed."));
  const bool stuck = !complete() && rest.size() > chunk_line_bytes_max;
  if (stuck || body_bytes_ > 8 * body_bytes_max_ + 2 * chunk_line_bytes_max) {
    return std::unexpected(too_large());
  }
  return taken;
}

Error RequestParser::too_large() const {
  return {.kind = ErrorKind::payload_too_large,
          .slug = slugs::body_too_large(body_bytes_max_),
          .detail = fmt::format("The body is over {} bytes.", body_bytes_max_),
          .fields = {}};
}

}  // namespace ticketing::http
