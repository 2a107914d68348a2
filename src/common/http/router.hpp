// Which handler answers which method and path.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

using Handler = std::function<Task<Result<Response>>(const Request&)>;
// Says who is calling, or refuses. Called with the head of a request, before its body is read.
using Admission = std::function<Task<Result<Caller>>(const Request&)>;

// Bodies that are no JSON: which, and how large.
struct Upload {
  std::vector<std::string> media_types;  // "image/png"
  std::size_t bytes_max = 0;
};

// What answers a route: a handler for all callers, or one behind an admission.
struct Endpoint {
  template <std::convertible_to<Handler> Function>
  Endpoint(Function function) : handler(std::move(function)) {}  // NOLINT: a handler is an endpoint
  Endpoint(Admission admit_first, Handler then)
      : admission(std::move(admit_first)), handler(std::move(then)) {}

  Admission admission;  // empty: open to all callers
  Handler handler;
  bool is_probe = false;  // answered also when there are too many connections
  std::optional<Upload> upload = std::nullopt;
};

// The same endpoint for bodies of these kinds.
Endpoint taking(Upload upload, Endpoint endpoint);

// An endpoint for probes.
Endpoint probe(Handler handler);

struct Route {
  std::string method;
  // "/api/topics/:id"; a literal segment wins over a parameter, ":id.txt" over ":id".
  std::string pattern;
  Endpoint endpoint;
  std::string service = {};  // whose it is, in spans
};

using Routes = std::vector<Route>;

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // The routes of a service; of none, when it has no name. Asserts that no two routes are the same.
  void add(Routes routes, const std::string& service = {});
  const std::vector<const Route*>& routes() const { return all_; }
  // Of the route of this request, if it takes uploads. `target` may have a query.
  const Upload* upload_of(std::string_view method, std::string_view target) const;

  struct Match {
    const Route* route = nullptr;
    std::vector<std::pair<std::string_view, std::string>> params;
    std::vector<std::string> allowed;  // methods the path has, when the method is not among them
    bool malformed = false;  // the path has a bad escape, or decodes to NUL or to what is not UTF-8
  };
  // HEAD matches GET. Neither route nor allowed: no such path. `path` is percent-encoded; escapes
  // are decoded segment by segment, so %2F inside a parameter is data.
  Match match(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  struct Search;
  static const Node* walk(const Node& node, std::string_view rest, Search& search);
  std::unique_ptr<Node> root_;
  bool takes_uploads_ = false;
  std::vector<const Route*> all_;
};

}  // namespace ticketing::http
