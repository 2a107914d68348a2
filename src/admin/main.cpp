// ticketing-admin: what a person does to a running system by hand. One file a command.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "admin/dead_letters.hpp"
#include "admin/events_command.hpp"
#include "admin/payments_command.hpp"
#include "admin/shows_command.hpp"
#include "admin/users_command.hpp"
#include "common/base/exceptions.hpp"
#include "common/base/log.hpp"

int main(int argc, char** argv) {
  CLI::App app("Looks after a running ticket marketplace.", "ticketing-admin");
  app.require_subcommand(1);
  app.fallthrough();  // an option of a command may stand after the command's own commands, too
  app.set_version_flag("--version", TICKETING_VERSION);
  ticketing::log::configure(ticketing::log::Level::warn, "ticketing-admin");
  ticketing::admin::add_dead_letters(app);
  ticketing::admin::add_events(app);
  ticketing::admin::add_payments(app);
  ticketing::admin::add_shows(app);
  ticketing::admin::add_users(app);
  try {
    CLI11_PARSE(app, argc, argv);
    return 0;
  } catch (const ticketing::ConfigError& error) {
    fmt::print(stderr, "ticketing-admin: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "ticketing-admin: {}\n", error.what());
    return 1;
  }
}
