// ticketing-admin users: make a user an operator, or take that away.
#pragma once

namespace CLI {
class App;
}

namespace ticketing::admin {

// Reads OPERATOR_TOKEN when a command runs.
void add_users(CLI::App& app);

}  // namespace ticketing::admin
