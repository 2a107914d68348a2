#include "common/http/router.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "common/base/assert.hpp"
#include "common/base/text.hpp"

namespace ticketing::http {
namespace {

// Takes the first segment off "/a/b"; what remains is empty or starts with '/'.
std::string_view take_segment(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view segment = rest.substr(0, rest.find('/'));
  rest.remove_prefix(segment.size());
  return segment;
}

std::optional<std::string> decode_segment(std::string_view segment) {
  auto decoded = percent_decode(segment, false);
  if (decoded && (decoded->contains('\0') || !is_utf8(*decoded))) decoded.reset();
  return decoded;
}

bool well_formed(std::string_view path) {
  if (!path.starts_with('/')) return false;
  if (!path.contains('%')) return is_utf8(path);
  while (!path.empty()) {
    if (!decode_segment(take_segment(path))) return false;
  }
  return true;
}

}  // namespace

struct Router::Node {
  struct Leaf {
    std::unique_ptr<Route> route;
    std::vector<std::string_view> names;  // of the parameters, in order; they point into the route
  };

  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::map<std::string, std::unique_ptr<Node>, std::less<>> endings;  // of parameters: ".txt"
  std::unique_ptr<Node> parameter;
  std::vector<Leaf> leaves;  // one a method

  const Leaf* leaf(std::string_view method) const {
    const auto found =
        std::ranges::find_if(leaves, [&](const Leaf& l) { return l.route->method == method; });
    return found == leaves.end() ? nullptr : &*found;
  }
};

struct Router::Search {
  std::vector<std::string> values;
};

Endpoint taking(Upload upload, Endpoint endpoint) {
  endpoint.upload = std::move(upload);
  return endpoint;
}

Endpoint probe(Handler handler) {
  Endpoint endpoint(std::move(handler));
  endpoint.is_probe = true;
  return endpoint;
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Routes routes, const std::string& service) {
  for (Route& given : routes) {
    auto route = std::make_unique<Route>(std::move(given));
    route->service = service;
    TICKETING_ASSERT(route->pattern.starts_with('/') && route->endpoint.handler);
    Node* node = root_.get();
    std::vector<std::string_view> names;
    std::string_view rest = route->pattern;
    while (!rest.empty()) {
      const std::string_view segment = take_segment(rest);
      const bool is_parameter = segment.starts_with(':');
      const std::size_t dot = std::min(segment.find('.'), segment.size());
      if (is_parameter) names.push_back(segment.substr(1, dot - 1));
      auto& child = !is_parameter           ? node->literals[std::string(segment)]
                    : dot == segment.size() ? node->parameter
                                            : node->endings[std::string(segment.substr(dot))];
      if (!child) child = std::make_unique<Node>();
      node = child.get();
    }
    TICKETING_ASSERT(node->leaf(route->method) == nullptr);
    takes_uploads_ = takes_uploads_ || route->endpoint.upload;
    all_.push_back(route.get());
    node->leaves.push_back({.route = std::move(route), .names = std::move(names)});
  }
}

const Upload* Router::upload_of(std::string_view method, std::string_view target) const {
  if (!takes_uploads_ || (method != "PUT" && method != "POST")) return nullptr;
  const Match found = match(method, target.substr(0, target.find('?')));
  if (found.route == nullptr || !found.route->endpoint.upload) return nullptr;
  return &*found.route->endpoint.upload;
}

// Depth-first, literals before parameters. The depth is at most that of the deepest pattern, for a
// path of any length.
const Router::Node* Router::walk(const Node& node, std::string_view rest, Search& search) {
  if (rest.empty()) return node.leaves.empty() ? nullptr : &node;
  const std::string_view segment = take_segment(rest);
  std::string decoded;
  std::string_view text = segment;
  if (segment.contains('%')) text = decoded = *decode_segment(segment);

  const auto literal = node.literals.find(text);
  if (literal != node.literals.end()) {
    if (const Node* found = walk(*literal->second, rest, search)) return found;
  }
  for (const auto& [ending, child] : node.endings) {
    if (text.size() <= ending.size() || !text.ends_with(ending)) continue;
    search.values.emplace_back(text.substr(0, text.size() - ending.size()));
    if (const Node* found = walk(*child, rest, search)) return found;
    search.values.pop_back();
  }
  if (node.parameter && !text.empty()) {
    search.values.emplace_back(text);
    if (const Node* found = walk(*node.parameter, rest, search)) return found;
    search.values.pop_back();
  }
  return nullptr;
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  Match match;
  if (!well_formed(path)) {
    match.malformed = true;
    return match;
  }
  Search search;
  const Node* node = walk(*root_, path, search);
  if (node == nullptr) return match;

  const Node::Leaf* leaf = node->leaf(method);
  if (leaf == nullptr && method == "HEAD") leaf = node->leaf("GET");
  if (leaf == nullptr) {
    for (const Node::Leaf& other : node->leaves) {
      match.allowed.push_back(other.route->method);
      if (other.route->method == "GET" && node->leaf("HEAD") == nullptr) {
        match.allowed.emplace_back("HEAD");
      }
    }
    return match;
  }
  match.route = leaf->route.get();
  for (std::size_t i = 0; i < leaf->names.size(); ++i) {
    match.params.emplace_back(leaf->names[i], std::move(search.values[i]));
  }
  return match;
}

}  // namespace ticketing::http
