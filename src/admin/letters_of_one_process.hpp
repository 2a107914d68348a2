// The dead letters of the program that has all services in one process.
#pragma once

#include <string>
#include <vector>

namespace ticketing::admin {

// Prints one JSON object a line, the oldest first; its `letter` names it. `url` may be empty: the
// default. Throw ConfigError and std::runtime_error.
void list_in_one_process(const std::string& url, std::size_t letters_max, bool with_payload);
// Delivers them to their listeners once more; no letter: all that are there now. One that fails
// again stays, and the others are tried all the same.
void replay_in_one_process(const std::string& url, const std::vector<std::string>& letters);

}  // namespace ticketing::admin
