// ticketing-admin dead-letters: lists the events that a service could not apply, and publishes them
// once more.
#pragma once

namespace CLI {
class App;
}

namespace ticketing::admin {

// Adds the command to `app`. When it is run it reads NATS_URL, or OPERATOR_TOKEN for the program
// that has all services in one process; it throws ConfigError, Unavailable and, for a letter that
// is not there, std::runtime_error.
void add_dead_letters(CLI::App& app);

}  // namespace ticketing::admin
