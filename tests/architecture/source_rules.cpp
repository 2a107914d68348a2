#include "architecture/source_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "servers/services.hpp"

namespace ticketing::architecture {
namespace {

using Rooms = std::set<std::string>;

bool is_service(const std::string& room) {
  static const auto names = servers::service_names();
  return std::ranges::count(names, room) > 0;
}

// What each room may include besides itself. Adapters (common/db/sqlite) count as their port's
// room.
const std::map<std::string, Rooms> allowed_rooms{
    {"common/base", {}},
    {"common/async", {"common/base"}},
    {"common/json", {"common/base"}},
    {"common/limits", {"common/base"}},
    {"common/http", {"common/base", "common/async", "common/json", "common/limits"}},
    {"common/db", {"common/base", "common/async"}},
    {"common/bus", {"common/base", "common/async", "common/db", "common/json"}},
    {"common/files", {"common/base", "common/async", "common/db", "common/http"}},
    {"common/images", {"common/base", "common/async", "common/jail"}},
    {"common/jail", {"common/base", "common/async"}},
    {"common/jobs", {"common/base", "common/async", "common/db"}},
    {"common/identity", {"common/base", "common/async", "common/json", "common/http"}},
    {"common/tracing", {"common/base", "common/async", "common/json", "common/http"}},
    {"contracts", {"common/base", "common/json"}},
};

// The nouns: types and pure rules, without I/O. "orders/order"
bool is_noun(const std::string& stem) {
  return std::ranges::any_of(servers::described_services(), [&](const auto& service) {
    return std::ranges::any_of(
        service.nouns, [&](const std::string& noun) { return stem == service.name + "/" + noun; });
  });
}

// The rooms of payments, and which of the others each may include. What is in src/payments itself
// is for all of them, but for the files that put the rooms together.
const std::map<std::string, Rooms> payments_rooms{
    {"attempts", {}},
    {"refunds", {"attempts"}},
    {"webhooks", {"attempts", "refunds"}},
    {"operator", {"attempts", "refunds"}},
    {"stripe", {}},
    {"sandbox", {}},
};
const std::set<std::string> payments_wiring{"payments/service", "payments/main"};

std::string inside_src(const std::string& path) {
  return path.starts_with("src/") ? path.substr(4) : path;
}

std::string without_ending(const std::string& path) { return path.substr(0, path.rfind('.')); }

bool is_common(const std::string& room) { return room.starts_with("common/"); }

// Why a file of `room` may not include something of `other`; empty when it may.
std::string why_not(const std::string& room, const std::string& other) {
  if (room == other || room == "ticketing" || room == "admin") return {};
  if (room == "common/runtime") {
    return is_common(other) ? "" : "the runtime serves any service, so it may include none";
  }
  if (is_service(room) || room == "streams") {
    if (is_common(other) || other == "contracts") return {};
    return "services talk through events: use the contract of the event, or keep a copy";
  }
  const auto found = allowed_rooms.find(room);
  if (found == allowed_rooms.end()) return "this room has no rule yet: write one here";
  if (found->second.contains(other)) return {};
  return is_common(room)
             ? "reverse the dependency, or move the code to the room that may include both"
             : "contracts include only base and json";
}

// "refunds" of "payments/refunds/store.hpp"; empty for what is in payments itself.
std::string payments_room_of(const std::string& path) {
  const std::size_t first = path.find('/'), second = path.find('/', first + 1);
  if (!path.starts_with("payments/") || second == std::string::npos) return {};
  return path.substr(first + 1, second - first - 1);
}

std::string why_not_between_rooms(const std::string& file, const std::string& included) {
  const std::string room = payments_room_of(file), other = payments_room_of(included);
  if (payments_wiring.contains(without_ending(file))) return {};
  if (other.empty() || room == other) return {};
  const auto found = payments_rooms.find(room);
  if (found != payments_rooms.end() && found->second.contains(other)) return {};
  return "payments/" + room + " does not include payments/" + other +
         ": turn the dependency round, or let payments/service.cpp connect them";
}

std::string last_part(const std::string& stem) { return stem.substr(stem.rfind('/') + 1); }

// The files through which requests and events come in.
bool is_door(const std::string& file) {
  const std::string name = last_part(without_ending(file));
  return is_service(room_of("src/" + file)) && (name == "api" || name == "listeners");
}

bool is_store(const std::string& file) { return last_part(without_ending(file)) == "store"; }

// The rules inside a service: noun, store, operations, api and listeners.
std::string why_not_within(const std::string& file, const std::string& included) {
  const std::string stem = without_ending(file), name = last_part(stem);
  const std::string other = without_ending(included);
  const std::string room = room_of("src/" + included);
  const bool own = is_service(room);
  if (is_noun(stem)) {
    // With the names of its refusals.
    if (own ? is_noun(other) : room == "common/base") return {};
    static const std::set<std::string> shared{"contracts/calendar", "contracts/limits",
                                              "contracts/codes", "contracts/roles",
                                              "contracts/show_sales"};
    if (shared.contains(other)) return {};
    return "a noun includes only base and what services agree on in contracts (limits, codes, "
           "roles, show_sales, calendar): move what needs more to operations";
  }
  if (is_store(file)) {
    if (own || room == "common/base" || room == "common/db") return {};
    return "a store includes its nouns and the database: move the rest to operations";
  }
  if (is_door(file) && own && is_store(included)) {
    return "api and listeners decode and call one operation: let the operation use the store";
  }
  if (name == "operations" && room == "common/http") {
    return "operations do not include HTTP: give them values, let api make the response";
  }
  return {};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

bool is_test(const std::string& path) {
  return path.find("_test.") != std::string::npos || path.find("/test_") != std::string::npos ||
         path.find("_bench.") != std::string::npos;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string room_of(const std::string& path) {
  const std::string inner = inside_src(path);
  const std::size_t first = inner.find('/');
  if (first == std::string::npos) return {};
  if (!inner.starts_with("common/")) return inner.substr(0, first);
  return inner.substr(0, inner.find('/', first + 1));
}

Faults check_includes(const SourceFile& file) {
  Faults faults;
  const std::string inner = inside_src(file.path), room = room_of(file.path);
  const bool test = is_test(inner);
  static const std::regex include(R"re(^#include "([^"]+)")re");
  for (const std::string& line : lines_of(file.text)) {
    std::smatch match;
    if (!std::regex_search(line, match, include)) continue;
    const std::string other = match[1];
    const auto fault = [&](const std::string& why) {
      faults.push_back(fmt::format("{} includes \"{}\": {}", file.path, other, why));
    };
    if (other.find('/') == std::string::npos || other.find("..") != std::string::npos) {
      fault("write the whole path, as in \"orders/store.hpp\"");
      continue;
    }
    // Tests start servers and open files; what they include of the product is checked like the
    // rest.
    const bool is_fixture = other.starts_with("servers/") || other.starts_with("fixtures/");
    if (test && (is_fixture || room_of("src/" + other) == "common/db")) continue;
    if (const auto why = why_not(room, room_of("src/" + other)); !why.empty()) fault(why);
    if (!test && is_service(room)) {
      if (const auto why = why_not_within(inner, other); !why.empty()) fault(why);
    }
    if (!test && room == "payments" && other.starts_with("payments/")) {
      if (const auto why = why_not_between_rooms(inner, other); !why.empty()) fault(why);
    }
  }
  return faults;
}

namespace {

using IncludesOf = std::map<std::string, std::vector<std::string>>;

// A shortest path of includes from `file` to a store of its service; empty when there is none.
std::vector<std::string> path_to_store(const std::string& file, const IncludesOf& includes) {
  std::map<std::string, std::string> reached_from{{file, ""}};
  std::deque<std::string> to_visit{file};
  for (; !to_visit.empty(); to_visit.pop_front()) {
    const std::string at = to_visit.front();
    if (is_store(at) && room_of("src/" + at) == room_of("src/" + file)) {
      std::vector<std::string> path;
      for (std::string part = at; !part.empty(); part = reached_from[part]) path.push_back(part);
      std::ranges::reverse(path);
      return path;
    }
    const auto found = includes.find(at);
    if (found == includes.end()) continue;
    for (const std::string& next : found->second) {
      if (reached_from.emplace(next, at).second) to_visit.push_back(next);
    }
  }
  return {};
}

}  // namespace

Faults check_reach(const std::vector<SourceFile>& files) {
  IncludesOf includes;
  static const std::regex include(R"re(^#include "([^"]+)")re");
  for (const SourceFile& file : files) {
    std::vector<std::string>& included = includes[inside_src(file.path)];
    for (const std::string& line : lines_of(file.text)) {
      std::smatch match;
      if (std::regex_search(line, match, include)) included.push_back(match[1]);
    }
  }
  Faults faults;
  for (const SourceFile& file : files) {
    const std::string inner = inside_src(file.path);
    if (!is_door(inner)) continue;
    const auto path = path_to_store(inner, includes);
    if (path.empty()) continue;
    faults.push_back(
        fmt::format("{} reaches a store: {}. Include the store in operations.cpp, not in a header",
                    file.path, fmt::join(path, " → ")));
  }
  return faults;
}

Faults check_doors(const SourceFile& file) {
  static const std::regex database(R"re(db::Database|db::Transaction|\.(query|commit)\()re");
  if (!is_door(inside_src(file.path)) || !std::regex_search(file.text, database)) return {};
  return {fmt::format("{} uses the database: let an operation do it", file.path)};
}

Faults check_changes(const SourceFile& file) {
  static const std::regex relay_call(R"re(relay\(\)\.committed\(|\.enqueue\()re");
  static const std::regex race(R"re(\.affected\b)re");
  const std::string inner = inside_src(file.path);
  if (is_test(inner) || !is_service(room_of(file.path))) return {};
  Faults faults;
  if (std::regex_search(file.text, relay_call)) {
    faults.push_back(fmt::format(
        "{} calls the relay itself: give the event to runtime::change() or commit()", file.path));
  }
  if (std::regex_search(file.text, race)) {
    faults.push_back(
        fmt::format("{} looks itself whether a race was lost: use runtime::change(), "
                    "or commit() for one attempt",
                    file.path));
  }
  return faults;
}

Faults check_pauses(const SourceFile& file) {
  static const std::regex doubling(
      R"re((pause|rest|delay|wait|backoff)\w* (\*= 2|= [^;\n]*(\* 2\b|\b2 \*))|(pause|rest|delay|wait|backoff)\w* \* 2\b|\{1LL? <<)re",
      std::regex::icase);
  if (is_test(file.path) || file.path == "src/common/base/backoff.hpp") return {};
  if (!std::regex_search(file.text, doubling)) return {};
  return {fmt::format("{} doubles a pause by hand: use Backoff", file.path)};
}

Faults check_trace(const SourceFile& file) {
  if (is_test(file.path)) return {};
  Faults faults;
  if (file.text.find("use_awaitable") != std::string::npos &&
      room_of(file.path) != "common/async") {
    faults.push_back(fmt::format(
        "{} waits on use_awaitable, which loses the trace context: wait on use_task", file.path));
  }
  static const std::regex id(R"re(\b(traceparent|request_id)\b)re");
  if (is_service(room_of(file.path)) && std::regex_search(file.text, id)) {
    faults.push_back(fmt::format(
        "{} passes a trace or request id on: the coroutine has it (trace::current)", file.path));
  }
  return faults;
}

Faults check_sql(const SourceFile& file) {
  static const std::regex statement(
      R"re("\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) [a-zA-Z(])re");
  static const std::regex home(R"re(store\.cpp$|common/(bus|db|jobs)/|_test\.|/test_|_bench\.)re");
  if (std::regex_search(file.path, home) || !std::regex_search(file.text, statement)) return {};
  return {fmt::format("{} contains SQL: give the statement a name in the service's store.cpp",
                      file.path)};
}

Faults check_rows(const SourceFile& file) {
  static const std::regex numbered(
      R"re((\.|->)(text|integer|time|optional_\w+|is_null)\(\s*[0-9])re");
  Faults faults;
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!std::regex_search(lines[i], numbered)) continue;
    faults.push_back(
        fmt::format("{}:{} reads a column by its number: use row.as<Record>() or the column's name",
                    file.path, i + 1));
  }
  return faults;
}

Faults check_form(const SourceFile& file) {
  Faults faults;
  const auto lines = lines_of(file.text);
  // A table of cases is easy to read, so tests may be longer than what they test.
  const std::size_t lines_max = file.path.find("test") != std::string::npos ? 500 : 450;
  if (lines.size() > lines_max) {
    faults.push_back(fmt::format("{} has {} lines: split it by meaning, {} are allowed", file.path,
                                 lines.size(), lines_max));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find('\t') != std::string::npos) {
      faults.push_back(fmt::format("{}:{} has a tab: use spaces", file.path, i + 1));
    }
    if (lines[i].ends_with(' ') || lines[i].ends_with('\r')) {
      faults.push_back(fmt::format("{}:{} ends with white space: remove it", file.path, i + 1));
    }
  }
  if (file.path.ends_with(".hpp")) {
    if (lines.empty() || !lines[0].starts_with("// ")) {
      faults.push_back(file.path + " does not say at its top what it is and is not");
    }
    if (std::ranges::find(lines, "#pragma once") == lines.end()) {
      faults.push_back(file.path + " may be included twice: write #pragma once");
    }
  }
  return faults;
}

std::vector<Route> routes_in(const SourceFile& file) {
  static const std::regex entry(R"re(\{"(GET|POST|PUT|PATCH|DELETE)",\s*"(/[^"]*)")re");
  static const std::regex parameter(":([a-zA-Z]+)");
  std::vector<Route> routes;
  for (std::sregex_iterator at(file.text.begin(), file.text.end(), entry), end; at != end; ++at) {
    routes.push_back({(*at)[1], std::regex_replace((*at)[2].str(), parameter, "{$1}")});
  }
  return routes;
}

}  // namespace ticketing::architecture
