#include "admin/users_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>

#include "admin/operator_client.hpp"
#include "common/json/writer.hpp"
#include "contracts/roles.hpp"

namespace ticketing::admin {
namespace {

struct UserOptions {
  std::string url = default_url;
  std::string email;
  std::string role;
};

void set_role(const UserOptions& options, const std::string& verb) {
  OperatorClient service(options.url);
  json::Writer writer;
  writer.begin_object().field("email", options.email).field("role", options.role).end_object();
  const http::Answer answer = service.ask("POST", "/operator/users/" + verb, writer.take());
  if (answer.status != 200) throw std::runtime_error(problem_of(answer));
  fmt::print("{}\n", answer.body);
}

void add_verb(CLI::App& command, const std::shared_ptr<UserOptions>& options,
              const std::string& verb, const std::string& about) {
  CLI::App* const sets_role = command.add_subcommand(verb, about);
  sets_role->add_option("EMAIL", options->email, "the address of the account")->required();
  sets_role->add_option("ROLE", options->role, "operator")
      ->required()
      ->check(CLI::IsMember({std::string(contracts::operator_role)}));
  sets_role->callback([options, verb] { set_role(*options, verb); });
}

}  // namespace

void add_users(CLI::App& app) {
  auto options = std::make_shared<UserOptions>();
  CLI::App* const command =
      app.add_subcommand("users", "Grant a role, or take one away (OPERATOR_TOKEN)");
  command->require_subcommand(1);
  command->add_option("--url", options->url, "of the running service")->capture_default_str();
  add_verb(*command, options, "grant", "Give a user a role, from their next access token on");
  add_verb(*command, options, "revoke", "Take a role away, from the next access token on");
}

}  // namespace ticketing::admin
