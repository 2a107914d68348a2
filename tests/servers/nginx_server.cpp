#include "servers/nginx_server.hpp"

#include <stdexcept>

namespace ticketing::servers {
NginxServer::NginxServer(const Upstreams& upstreams, std::int64_t requests_of_an_address)
    : folder_(make_temporary_folder("nginx")), port_(free_port()) {
  const std::string config = folder_ / "nginx.conf", log = folder_ / "nginx.log";
  std::vector<std::string> render = {project_folder() / "infra/nginx/render",
                                     "127.0.0.1:" + std::to_string(port_), folder_};
  for (const auto& [service, ports] : upstreams) {
    std::string addresses;
    for (const std::uint16_t port : ports) {
      addresses += (addresses.empty() ? "" : ",") + ("127.0.0.1:" + std::to_string(port));
    }
    render.push_back(service + "=" + addresses);
  }
  run_to_end({.arguments = std::move(render),
              .output_file = config,
              .environment = {{"REQUESTS_AN_ADDRESS", std::to_string(requests_of_an_address)},
                              {"STREAMS_AN_ADDRESS", "60000"}}},
             start_limit);
  child_.start({.arguments = {find_program("nginx", "nginx-light"), "-p", folder_, "-c", config,
                              "-g", "daemon off;"},
                .output_file = log});
  wait_for_port(child_, port_, log, start_limit);
}

// A killed master would leave its workers behind.
NginxServer::~NginxServer() {
  child_.stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace ticketing::servers
