// The project's rules that can be checked on a source file: which room may include which, what
// belongs where, how long a file may be. Each takes a file and gives sentences that say what to do
// instead.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ticketing::architecture {

struct SourceFile {
  std::string path;  // from the repository's root: "src/orders/store.cpp"
  std::string text;
};

// The whole file; empty when there is none.
std::string read(const std::filesystem::path& path);

using Faults = std::vector<std::string>;

Faults check_includes(const SourceFile& file);
// What api and listeners reach by including something that includes it, and so on: never a store.
Faults check_reach(const std::vector<SourceFile>& files);
// api and listeners leave the database to operations.
Faults check_doors(const SourceFile& file);
// Services leave compare-and-set, and calls of the relay, to runtime::change() and commit().
Faults check_changes(const SourceFile& file);
// Code that doubles a pause uses Backoff.
Faults check_pauses(const SourceFile& file);
// A wait keeps the coroutine's trace context, and services have no parameter for it.
Faults check_trace(const SourceFile& file);
Faults check_sql(const SourceFile& file);
// Rows are read as records or by the names of their columns.
Faults check_rows(const SourceFile& file);
Faults check_form(const SourceFile& file);
// The common rooms serve any service: their text must not depend on the domain.
Faults check_domain_words(const SourceFile& file);
// src/services.json is the one list of services. What infra/generate.py has written from it, and
// marked, is no second one.
Faults check_service_lists(const SourceFile& file);

// Outside the adapters nothing asks the system for time, threads or randomness.
Faults check_system(const SourceFile& file);
// The beginnings of the paths that may; and what a file asks for, without regard to its path.
const std::vector<std::string>& adapters_to_the_system();
Faults asks_the_system(const SourceFile& file);

// A file that is no part of a program: tests, what they share, benchmarks.
bool is_test(const std::string& path);

struct Route {
  std::string method;  // "GET"
  std::string path;    // "/api/tickets/{id}"
  friend auto operator<=>(const Route&, const Route&) = default;
};
// The routes in a route table of the code.
std::vector<Route> routes_in(const SourceFile& file);
// The folder of a path inside src/: "common/http".
std::string room_of(const std::string& path);

}  // namespace ticketing::architecture
