#include "bench/reads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "bench/ceilings.hpp"
#include "bench/load.hpp"
#include "bench/process_times.hpp"
#include "bench/users.hpp"
#include "servers/child_process.hpp"

namespace ticketing::bench {
namespace {

constexpr std::size_t tickets_listed = 40;
constexpr std::size_t shows_made = 20;

using CpuSeconds = std::function<double()>;

struct Reading {
  std::string name;
  std::uint16_t port = 0;
  std::string request;
  CpuSeconds cpu_seconds;  // so far, of the program that answers
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

LoadResult read_for(double seconds, std::uint16_t port, std::size_t connections,
                    const std::string& request) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  LoadResult result =
      run_load(port, connections, std::size_t{1} << 40, [&](std::size_t) { return request; }, {},
               {.is_over = [&] { return std::chrono::steady_clock::now() > end; }});
  if (result.answers.size() != 1 || !result.answers.contains(200))
    throw std::runtime_error("not every read was answered with 200");
  return result;
}

std::string body_of(const Reading& reading) {
  std::string body;
  run_load(
      reading.port, 1, 1, [&](std::size_t) { return reading.request; },
      [&](std::size_t, const HttpAnswer& answer) { body = answer.body; });
  return body;
}

ReadFigures measure(const Reading& reading, const ReadLoad& load) {
  const std::string body = body_of(reading);
  const NginxWithBytes nginx(body);
  const std::string same = request_text("GET", "/", "", "");
  std::vector<double> ours, theirs, ratios, p99s, micros;
  // What is measured first has not been compiled by the engine of the pages.
  read_for(load.seconds, reading.port, load.connections, reading.request);
  for (std::size_t round = 0; round < load.rounds; ++round) {
    const double before = reading.cpu_seconds();
    const auto read = read_for(load.seconds, reading.port, load.connections, reading.request);
    const double cpu = reading.cpu_seconds() - before;
    const auto ceiling = read_for(load.seconds, nginx.port(), load.connections, same);
    ours.push_back(read.per_second());
    theirs.push_back(ceiling.per_second());
    ratios.push_back(ours.back() / theirs.back());
    p99s.push_back(read.percentile_ms(99));
    micros.push_back(cpu * 1e6 / static_cast<double>(read.micros.size()));
  }
  return {.name = reading.name,
          .bytes = body.size(),
          .per_second = median(ours),
          .p99_ms = median(p99s),
          .cpu_micros = median(micros),
          .nginx_per_second = median(theirs),
          .ratio = median(ratios),
          .ratio_least = std::ranges::min(ratios),
          .ratio_most = std::ranges::max(ratios)};
}

double sum_of(const std::map<std::string, double>& seconds) {
  double sum = 0;
  for (const auto& [program, share] : seconds) sum += share;
  return sum;
}

std::string listed_ticket(MeasuredSystem& system) {
  const ProxyPort proxy = system.proxy_port();
  return list_tickets(proxy, make_users(1, proxy), 4, tickets_listed).back();
}

// A year ahead and more, so that they are to come when the benchmark is run.
std::string show_text(std::size_t number) {
  const auto begin = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) +
                     std::chrono::days{365 + number};
  const std::chrono::year_month_day day{begin};
  return fmt::format(
      R"({{"name":"Opera {}","category":"theatre","startsAt":"{}-{:02}-{:02}T19:00:00.000Z",)"
      R"("venue":{{"name":"House","city":"Vienna","country":"AT","timeZone":"Europe/Vienna"}}}})",
      number, static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
      static_cast<unsigned>(day.day()));
}

void make_shows(const ProxyPort& proxy) {
  const Users makers = make_users(1, proxy);
  run_load(
      proxy.port, 1, shows_made,
      [&](std::size_t number) {
        return request_text("POST", "/api/shows", makers.front(), show_text(number));
      },
      [](std::size_t, const HttpAnswer& answer) {
        if (answer.status != 201) throw std::runtime_error("cannot make a show: " + answer.body);
      });
}

// The client's server as our nginx has it behind it: the caller is whom X-Forwarded-For names.
class ClientServer {
 public:
  explicit ClientServer(const MeasuredSystem& system) : port_(servers::free_port()) {
    const std::string log = system.folder() / "client.log";
    child_.start({.arguments = {servers::project_folder() / "client/start.sh"},
                  .output_file = log,
                  .environment = {{"PORT", std::to_string(port_)},
                                  {"API_URL", fmt::format("http://127.0.0.1:{}", system.port())},
                                  {"TRUST_PROXY", "1"},
                                  {"TRUSTED_PROXY_KEY", system.proxy_port().key}}});
    servers::wait_for_port(child_, port_, log, std::chrono::seconds{60});
  }

  std::uint16_t port() const { return port_; }
  pid_t pid() const { return child_.pid(); }

 private:
  std::uint16_t port_;
  servers::ChildProcess child_;
};

}  // namespace

ReadFigures measure_list(MeasuredSystem& system, const ReadLoad& load) {
  listed_ticket(system);
  system.wait_until_drained();
  return measure({.name = "/api/tickets",
                  .port = system.port(),
                  .request = request_text("GET", "/api/tickets", "", ""),
                  .cpu_seconds = [&] { return sum_of(system.cpu_seconds()); }},
                 load);
}

PageFigures measure_pages(MeasuredSystem& system, const ReadLoad& load) {
  const std::string ticket = "/tickets/" + listed_ticket(system);
  make_shows(system.proxy_port());
  system.wait_until_drained();
  const ClientServer client(system);
  const std::string compressed = "Accept-Encoding: gzip\r\n";
  const std::string user = make_users(1, system.proxy_port()).front() + compressed;
  PageFigures figures;
  const auto add = [&](const std::string& name, const std::string& path,
                       const std::string& fields) {
    fmt::print(stderr, "{} ...\n", name);
    const CpuSeconds cpu = [&] { return sum_of(cpu_seconds_of(client.pid())); };
    figures.pages.push_back(measure({.name = name,
                                     .port = client.port(),
                                     .request = request_text("GET", path, fields, ""),
                                     .cpu_seconds = cpu},
                                    load));
  };
  add("/, visitors", "/", compressed);
  add("/, visitors, not compressed", "/", "");
  add("a ticket, visitors", ticket, compressed);
  add("/, a user", "/", user);
  add("a ticket, a user", ticket, user);
  figures.memory_most_bytes = memory_most_of(client.pid());
  return figures;
}

}  // namespace ticketing::bench
