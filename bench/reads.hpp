// What people read most: the list of tickets, and pages of the client. Each is measured in turn
// with an nginx that serves the same bytes, so that both have the same machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/measured_system.hpp"

namespace ticketing::bench {

struct ReadLoad {
  std::size_t connections = 64;
  std::size_t rounds = 5;  // of ours and nginx
  double seconds = 2;      // of each
};

// Medians of the rounds.
struct ReadFigures {
  std::string name;
  std::size_t bytes = 0;  // of the answer's body
  double per_second = 0;
  double p99_ms = 0;
  double cpu_micros = 0;  // of the program that answers, for one answer
  double nginx_per_second = 0;
  double ratio = 0;  // ours to nginx, of one round
  double ratio_least = 0, ratio_most = 0;
};

// GET /api/tickets without a session: 24 tickets.
ReadFigures measure_list(MeasuredSystem& system, const ReadLoad& load);

struct PageFigures {
  std::vector<ReadFigures> pages;
  std::int64_t memory_most_bytes = 0;  // of the client's server
};

// The front page and the page of a ticket through the client's server, for visitors and for a user.
PageFigures measure_pages(MeasuredSystem& system, const ReadLoad& load);

}  // namespace ticketing::bench
