#include "servers/services.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <stdexcept>

#include "fixtures/project.hpp"

namespace ticketing::servers {
namespace {

using boost::json::object;

bool is_set(const object& described, const char* field) {
  const auto* value = described.if_contains(field);
  return value != nullptr && value->as_bool();
}

std::vector<std::string> texts(const object& described, const char* field) {
  const auto* value = described.if_contains(field);
  if (value == nullptr) return {};
  return boost::json::value_to<std::vector<std::string>>(*value);
}

std::vector<DescribedService> read() {
  const std::string text = fixtures::read_file_of_project("src/services.json");
  std::vector<DescribedService> all;
  for (const auto& entry : boost::json::parse(text).at("services").as_array()) {
    const object& described = entry.as_object();
    all.push_back({.name = boost::json::value_to<std::string>(described.at("name")),
                   .is_elsewhere = is_set(described, "elsewhere"),
                   .has_api = is_set(described, "api"),
                   .has_jobs = is_set(described, "jobs"),
                   .signs_tokens = is_set(described, "signs_tokens"),
                   .publishes = texts(described, "publishes"),
                   .listens = texts(described, "listens"),
                   .nouns = texts(described, "nouns")});
  }
  return all;
}

}  // namespace

const std::vector<DescribedService>& described_services() {
  static const std::vector<DescribedService> all = read();
  return all;
}

std::vector<std::string> service_names() {
  std::vector<std::string> names;
  for (const DescribedService& service : described_services()) {
    if (!service.is_elsewhere) names.push_back(service.name);
  }
  return names;
}

std::vector<std::string> names_of_publishers() {
  std::vector<std::string> names;
  for (const DescribedService& service : described_services()) {
    if (!service.is_elsewhere && !service.publishes.empty()) names.push_back(service.name);
  }
  return names;
}

std::vector<std::string> api_paths() {
  const auto written = boost::json::parse(fixtures::read_file_of_project("infra/routes.json"));
  const auto& routes = written.at("routes").as_array();
  std::vector<std::string> paths;
  for (const DescribedService& service : described_services()) {
    if (!service.has_api || service.is_elsewhere) continue;
    const auto route_of = [&](std::string_view match) {
      return std::ranges::find_if(routes, [&](const auto& route) {
        return route.at("to").as_string() == service.name && route.at("match").as_string() == match;
      });
    };
    auto found = route_of("prefix");
    if (found == routes.end()) found = route_of("pattern");
    if (found == routes.end()) throw std::runtime_error("no path leads to " + service.name);
    auto path = boost::json::value_to<std::string>(found->at("path"));
    const std::size_t parameter = path.find(":id");
    if (parameter != std::string::npos) path.replace(parameter, 3, "x");
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace ticketing::servers
