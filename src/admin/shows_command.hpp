// ticketing-admin shows: change a show after its first sale, merge two that are the same,
// take a picture away.
#pragma once

namespace CLI {
class App;
}

namespace ticketing::admin {

// Reads OPERATOR_TOKEN when a command runs.
void add_shows(CLI::App& app);

}  // namespace ticketing::admin
