// The services, as src/services.json describes them.
#pragma once

#include <string>
#include <vector>

namespace ticketing::servers {

struct DescribedService {
  std::string name;
  bool is_elsewhere = false;  // built from another repository
  bool has_api = false;
  bool has_jobs = false;
  bool signs_tokens = false;
  std::vector<std::string> publishes;  // subjects
  std::vector<std::string> listens;    // subjects
  std::vector<std::string> nouns;      // files of types and pure rules, without their endings
};

const std::vector<DescribedService>& described_services();
// Of this repository's.
std::vector<std::string> service_names();
std::vector<std::string> names_of_publishers();
// One path of each service that has an API, as infra/routes.json sends it there. Throws
// std::runtime_error when that sends no path to one of them.
std::vector<std::string> api_paths();

}  // namespace ticketing::servers
