// ticketing-admin payments: compare the gateway's ledger with ours, give money back.
#pragma once

namespace CLI {
class App;
}

namespace ticketing::admin {

// Reads OPERATOR_TOKEN when a command runs.
void add_payments(CLI::App& app);

}  // namespace ticketing::admin
