// Which handler answers which method and path.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"
#include "common/http/message.hpp"

namespace ticketing::http {

using Handler = std::function<Task<Result<Response>>(const Request&)>;

struct Route {
  std::string method;
  std::string pattern;  // "/api/tickets/:id"; a literal segment wins over a parameter
  Handler handler;
};

using Routes = std::vector<Route>;

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // Asserts that no two routes are the same.
  void add(Routes routes);
  const std::vector<const Route*>& routes() const { return all_; }

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
  std::vector<const Route*> all_;
};

}  // namespace ticketing::http
