#include "notifications/api.hpp"

#include "common/base/codes.hpp"
#include "notifications/dev_page.hpp"

namespace ticketing::notifications {
namespace {

using http::Request;
using Answer = Task<Result<http::Response>>;

constexpr const char* page_policy =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";
// Of the HTML of a mail, which is shown without scripts, links and origin.
constexpr const char* mail_policy =
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";

std::unexpected<Error> nothing_here() {
  return refuse(ErrorKind::not_found, slugs::not_found, "There is nothing at this path.");
}

// A proxy's caller may be anywhere.
bool is_forwarded(const Request& request) {
  for (const char* field : {"X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "Via"})
    if (request.headers.find(field)) return true;
  return false;
}

// By a name of this machine, too: a page from elsewhere whose name was given the address of this
// machine must not read the answer.
bool is_local(const Request& request) {
  if (is_forwarded(request)) return false;
  const std::string& address = request.remote_address;
  const std::string_view host = request.headers.find("Host").value_or("");
  const std::string_view name = host.ends_with(']') ? host : host.substr(0, host.rfind(':'));
  return (address.starts_with("127.") || address == "::1") &&
         (name == "localhost" || name == "127.0.0.1" || name == "[::1]");
}

http::Response html_response(std::string html, const char* policy) {
  http::Response response{.status = 200};
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Content-Security-Policy", policy);
  response.body = std::move(html);
  return response;
}

Answer list(mail::MailFolder& folder, const Request& request) {
  if (!is_local(request)) co_return nothing_here();
  const auto mails = co_await folder.list();
  co_return html_response(list_page(mails), page_policy);
}

Answer show(mail::MailFolder& folder, const Request& request) {
  if (!is_local(request)) co_return nothing_here();
  const std::string& name = request.path_param("name");
  const auto mail = co_await folder.find(name);
  if (!mail) co_return nothing_here();
  co_return html_response(mail_page(name, *mail), page_policy);
}

Answer show_html(mail::MailFolder& folder, const Request& request) {
  if (!is_local(request)) co_return nothing_here();
  auto mail = co_await folder.find(request.path_param("name"));
  if (!mail) co_return nothing_here();
  co_return html_response(std::move(mail->html), mail_policy);
}

}  // namespace

http::Routes dev_routes(mail::MailFolder& folder) {
  return {{"GET", "/dev/mail", [&](const Request& request) { return list(folder, request); }},
          {"GET", "/dev/mail/:name", [&](const Request& request) { return show(folder, request); }},
          {"GET", "/dev/mail/:name/html",
           [&](const Request& request) { return show_html(folder, request); }}};
}

}  // namespace ticketing::notifications
