// A load driver: keeps a number of connections busy with requests and records how long each took.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ticketing::bench {

struct HttpAnswer {
  int status = 0;
  std::string headers;
  std::string body;
};

struct LoadResult {
  std::map<int, std::int64_t> answers;  // by status
  std::chrono::nanoseconds duration{0};
  std::vector<std::uint32_t> micros;  // of each request, sorted

  double per_second() const;
  double percentile_ms(double percent) const;
};

struct Pace {
  double per_second = 0;            // 0: the next one as soon as an answer has come
  std::function<bool()> is_over{};  // when it says so, no more are sent
};

// Sends request number 0 … count-1, each made by `make` as the whole text of an HTTP/1.1 request,
// over `connections` connections to 127.0.0.1:port, as `pace` says. At a pace each has a time when
// it is due, and how long it took counts from then, also while all connections were busy.
// `take`, if given, sees each answer. Throws when a connection breaks.
LoadResult run_load(std::uint16_t port, std::size_t connections, std::size_t count,
                    const std::function<std::string(std::size_t)>& make,
                    const std::function<void(std::size_t, const HttpAnswer&)>& take = {},
                    const Pace& pace = {});

// One request with a body (none for GET). `fields` are further lines of its head.
std::string request_text(const std::string& method, const std::string& path,
                         const std::string& fields, const std::string& body,
                         const std::string& media_type = "application/json");

}  // namespace ticketing::bench
