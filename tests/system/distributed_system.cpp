#include "system/distributed_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <stdexcept>
#include <thread>

#include "common/bus/jetstream/dead_letter_stream.hpp"
#include "servers/services.hpp"
#include "system/http_client.hpp"
#include "system/nats_console.hpp"

namespace ticketing::system {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds start_limit{60};
// The program that makes the streams on NATS; no service, so nothing is sent to it.
constexpr const char* streams = "streams";

// Started once for all systems of a test program, one after the other.
std::shared_ptr<BackingServers> shared_servers() {
  static const auto shared = std::make_shared<BackingServers>();
  return shared;
}

bool answers(std::uint16_t port, const std::string& target, int refusal) {
  try {
    HttpClient client([port](std::string_view) { return port; });
    client.set_timeout(std::chrono::seconds{2});
    return client.get(target).status != refusal;
  } catch (const ConnectionLost&) {
    return false;
  }
}

void empty_database(const servers::PostgresServer& server, const std::string& name) {
  servers::PostgresClient(server.url(name)).run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

std::int64_t number_in(const Variables& variables, const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? 0 : std::stoll(found->second);
}

}  // namespace

BackingServers::BackingServers() {
  servers::PostgresClient client(postgres.url("postgres"));
  for (const auto& service : servers::service_names())
    client.run(fmt::format("CREATE DATABASE {}", service));
}

void BackingServers::make_empty() {
  for (const auto& service : servers::service_names()) empty_database(postgres, service);
  nats.wipe();
  redis.command({"FLUSHALL"});
}

DistributedSystem::DistributedSystem(const Variables& variables, int replicas)
    : servers_(shared_servers()),
      variables_(variables),
      replicas_(replicas),
      folder_(servers::make_temporary_folder("system")) {
  servers_->make_empty();
  servers::NginxServer::Upstreams upstreams;
  for (const std::string& service : servers::service_names()) {
    for (int number = 0; number < replicas; ++number) {
      upstreams[service].push_back(add_replica(service, number));
    }
  }
  add_replica(streams, 0);
  const std::int64_t requests = number_in(variables, "REQUESTS_AN_ADDRESS");
  nginx_ = requests > 0 ? std::make_unique<servers::NginxServer>(upstreams, requests)
                        : std::make_unique<servers::NginxServer>(upstreams);
  EchoSettings echo{
      .duplicate_percent = static_cast<int>(number_in(variables, "TEST_BUS_DUPLICATE_PERCENT")),
      .delay_max = milliseconds{number_in(variables, "TEST_BUS_DELAY_MAX_MS")},
      .seed = static_cast<std::uint64_t>(number_in(variables, "TEST_BUS_SEED"))};
  // An echo cannot hold an event back; it can have all of them come late, too.
  if (echo.duplicate_percent == 0 && echo.delay_max.count() > 0) echo.duplicate_percent = 100;
  if (echo.duplicate_percent > 0 || echo.delay_max.count() > 0) {
    echo_ = std::make_unique<EventEcho>(servers_->nats.url("operator"), echo);
  }
}

DistributedSystem::~DistributedSystem() {
  echo_.reset();
  kill();
  nginx_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::uint16_t DistributedSystem::add_replica(const std::string& service, int number) {
  auto replica = std::make_unique<Replica>();
  replica->service = service;
  replica->log_file = folder_ / fmt::format("{}-{}.log", service, number);
  replica->port = servers::free_port();
  processes_.push_back(std::move(replica));
  return processes_.back()->port;
}

std::string DistributedSystem::url_through(const servers::TcpProxy& link,
                                           const std::string& url) const {
  const std::size_t begin = url.rfind(':') + 1;
  return url.substr(0, begin) + std::to_string(link.port()) +
         url.substr(std::min(url.find('/', begin), url.size()));
}

Variables DistributedSystem::environment_of(const Replica& replica) const {
  Variables all = variables_;
  const BackingServers& servers = *servers_;
  all["PORT"] = std::to_string(replica.port);
  all["DATABASE_URL"] = url_through(servers.postgres_link, servers.postgres.url(replica.service));
  all["NATS_URL"] = url_through(servers.nats_link, servers.nats.url(replica.service));
  if (replica.service == "expiration") {
    all["REDIS_URL"] = url_through(servers.redis_link, servers.redis.url());
  }
  if (replica.service == "auth") {
    all.try_emplace("JWT_KEY", "the secret of a throwaway system");
  } else {
    all.erase("JWT_KEY");
    all["AUTH_JWKS_URL"] = fmt::format("http://127.0.0.1:{}/.well-known/jwks.json", nginx_->port());
  }
  if (replica.service == "delivery") {
    all.try_emplace("FILES_KEY", "VGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE=");
  }
  if (replica.service == "auth" || replica.service == "notifications") {
    all.try_emplace("MAIL_KEY", "VGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzISE=");
    all.try_emplace("DATA_DIR", (folder_ / "data").string());
  }
  all.insert(settings_for_busy_people().begin(), settings_for_busy_people().end());
  all.try_emplace("LOG_LEVEL", "warn");
  // nginx, and a person's own address before it.
  all.try_emplace("TRUSTED_PROXY_HOPS", "2");
  for (const auto& [name, value] : replica.variables) all[name] = value;
  return all;
}

void DistributedSystem::start_process(Replica& replica, const std::vector<std::string>& wrapper) {
  std::vector<std::string> arguments = wrapper;
  arguments.push_back(fmt::format("{}/{}-service", programs_folder(), replica.service));
  replica.process.start({.arguments = std::move(arguments),
                         .output_file = replica.log_file,
                         .environment = environment_of(replica)});
}

milliseconds DistributedSystem::start() {
  const auto begun = Clock::now();
  start_under({});
  while (!is_ready()) {
    if (!is_running() || Clock::now() > begun + patient(start_limit)) {
      throw std::runtime_error("the services did not come up:\n" + log());
    }
    std::this_thread::sleep_for(milliseconds{10});
  }
  return since(begun);
}

void DistributedSystem::start_under(const std::vector<std::string>& wrapper) {
  for (const auto& replica : processes_) start_process(*replica, wrapper);
}

void DistributedSystem::kill() {
  for (const auto& replica : processes_) replica->process.kill();
}

// All at once, as each may take a moment to drain.
int DistributedSystem::stop() {
  std::vector<int> codes(processes_.size());
  std::vector<std::thread> stopping;
  for (std::size_t i = 0; i < processes_.size(); ++i) {
    stopping.emplace_back(
        [&, i] { codes[i] = processes_[i]->process.stop(patient(std::chrono::seconds{40})); });
  }
  for (std::thread& thread : stopping) thread.join();
  return std::ranges::max(codes);
}

void DistributedSystem::pause() {
  for (const auto& replica : processes_) replica->process.pause();
}

void DistributedSystem::resume() {
  for (const auto& replica : processes_) replica->process.resume();
}

bool DistributedSystem::is_running() {
  return std::ranges::all_of(processes_,
                             [](const auto& replica) { return replica->process.is_running(); });
}

bool DistributedSystem::is_ready() const {
  static const std::vector<std::string> api_paths = servers::api_paths();
  constexpr int not_ready = 503;
  return std::ranges::all_of(
             processes_,
             [](const auto& replica) { return answers(replica->port, "/readyz", not_ready); }) &&
         std::ranges::all_of(api_paths, [this](const std::string& path) {
           return answers(nginx_->port(), path, not_ready);
         });
}

std::uint16_t DistributedSystem::port_of(std::string_view) const { return nginx_->port(); }

std::vector<Part> DistributedSystem::parts() const {
  std::vector<Part> all;
  for (const auto& replica : processes_) {
    if (replica->service == streams) continue;
    all.push_back({.program = replica->service + "-service",
                   .port = replica->port,
                   .services = {replica->service}});
  }
  return all;
}

servers::PostgresClient& DistributedSystem::database(const std::string& service) {
  auto& client = databases_[service];
  if (!client) {
    client = std::make_unique<servers::PostgresClient>(servers_->postgres.url(service));
  }
  return *client;
}

TableRows DistributedSystem::query(const std::string& service, const std::string& sql) {
  return database(service).run(sql);
}

void DistributedSystem::execute(const std::string& service, const std::string& sql) {
  if (is_running()) throw std::logic_error("execute() while the services run");
  database(service).run(sql);
}

void DistributedSystem::lose_jobs() { servers_->redis.wipe(); }

// Under message ids of their own: the server would take them for repetitions.
void DistributedSystem::replay_events(int times, std::uint64_t seed) {
  std::vector<std::pair<bus::Event, std::string>> all;
  for (const std::string& service : servers::names_of_publishers()) {
    for (const TableRow& row :
         query(service, "SELECT id, subject, payload, created_at FROM outbox")) {
      const bus::Event event{.id = *row[0],
                             .subject = *row[1],
                             .source = service,
                             .payload = *row[2],
                             .time = from_millis(std::stoll(*row[3]))};
      for (int i = 0; i < times; ++i) {
        all.emplace_back(event, fmt::format("replay-{}-{}-{}", seed, i, event.id));
      }
    }
  }
  std::ranges::shuffle(all, std::mt19937_64{seed});
  NatsConsole console(servers_->nats.url("operator"));
  for (const auto& [event, message_id] : all) console.publish(event, message_id);
  console.flush();
}

std::int64_t DistributedSystem::events_under_way() {
  return NatsConsole(servers_->nats.url("operator")).count_unacknowledged() +
         (echo_ ? echo_->count_waiting() : 0);
}

std::vector<std::string> DistributedSystem::dead_letters() {
  constexpr std::size_t letters_max = 100;
  std::vector<std::string> all;
  for (const auto& kept :
       bus::DeadLetterStream(servers_->nats.url("operator")).list(0, letters_max)) {
    all.push_back(fmt::format("{} {} {} {}", kept.letter.consumer, kept.letter.event.subject,
                              kept.letter.reason, kept.letter.event.payload));
  }
  return all;
}

std::string DistributedSystem::log() const {
  std::string all;
  for (const auto& replica : processes_) {
    std::ifstream file(replica->log_file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!text.empty()) all += fmt::format("--- {}\n{}\n", replica->log_file, text);
  }
  return all;
}

DistributedSystem::Replica& DistributedSystem::find(const std::string& service, int number) const {
  const auto first =
      std::ranges::find(processes_, service, [](const auto& r) { return r->service; });
  return **(first + number);
}

void DistributedSystem::kill_replica(const std::string& service, int number) {
  find(service, number).process.kill();
}

void DistributedSystem::start_replica(const std::string& service, int number) {
  start_process(find(service, number), {});
}

void DistributedSystem::pause_replica(const std::string& service, int number) {
  find(service, number).process.pause();
}

void DistributedSystem::resume_replica(const std::string& service, int number) {
  find(service, number).process.resume();
}

void DistributedSystem::set_variables(const std::string& service, int number, Variables variables) {
  find(service, number).variables = std::move(variables);
}

}  // namespace ticketing::system
