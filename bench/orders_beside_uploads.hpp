// Orders at a steady rate, first alone, then while sellers send the files of their tickets.
#pragma once

#include <cstddef>

#include "bench/load.hpp"
#include "bench/measured_system.hpp"

namespace ticketing::bench {

struct UploadLoad {
  std::size_t uploads = 1'000;  // of 1 MB each
  std::size_t sellers = 50;
  double uploads_per_second = 0;  // 0: the next one as soon as an answer has come
  std::size_t orders = 50'000;    // at most; half of them alone at most
  double orders_per_second = 100;
  std::size_t connections = 64;  // of orders
};

struct BesideUploads {
  LoadResult alone, beside;  // orders
  LoadResult uploads;
  std::size_t ready = 0;  // files whose code was read

  // Of the 99th percentiles.
  double ratio() const { return beside.percentile_ms(99) / alone.percentile_ms(99); }
};

// Throws std::runtime_error when the orders are over before the uploads.
BesideUploads measure_orders_beside_uploads(MeasuredSystem& system, const UploadLoad& load);

}  // namespace ticketing::bench
