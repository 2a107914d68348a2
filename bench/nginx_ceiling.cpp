#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "bench/ceilings.hpp"

namespace ticketing::bench {
namespace {

constexpr const char* config = R"(worker_processes 1;
daemon off;
pid {0}/nginx.pid;
error_log {0}/nginx.log;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  open_file_cache max=16;
  client_body_temp_path {0}/body;
  proxy_temp_path {0}/proxy;
  fastcgi_temp_path {0}/fastcgi;
  uwsgi_temp_path {0}/uwsgi;
  scgi_temp_path {0}/scgi;
  server {{
    listen 127.0.0.1:{1};
    root {0};
    index bytes;
  }}
}}
)";

}  // namespace

NginxWithBytes::NginxWithBytes(const std::string& bytes)
    : folder_(servers::make_temporary_folder("ceiling")), port_(servers::free_port()) {
  // A worker that root starts belongs to another user.
  std::filesystem::permissions(folder_, std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  const std::string file = folder_ / "nginx.conf", log = folder_ / "output.log";
  std::ofstream(folder_ / "bytes") << bytes;
  std::ofstream(file) << fmt::format(config, folder_.string(), port_);
  child_.start(
      {.arguments = {servers::find_program("nginx", "nginx-light"), "-p", folder_, "-c", file},
       .output_file = log});
  servers::wait_for_port(child_, port_, log, servers::start_limit);
}

NginxWithBytes::~NginxWithBytes() {
  child_.stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace ticketing::bench
