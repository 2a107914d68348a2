// A file as pages of pixels. What cannot be decoded ends the process with a refusal.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "delivery/reading/formats.hpp"
#include "delivery/reading/worker/grey.hpp"

namespace ticketing::delivery::reading {

using Bytes = std::span<const std::uint8_t>;

// How exactly a page is drawn.
enum class Detail { normal, fine };

class Pages {
 public:
  virtual ~Pages() = default;
  virtual int count() const = 0;
  // `page` counts from 0. At most 2,500 pixels a side, or 4,000 if fine. Empty when the page is
  // damaged, or when the fine one would be no better.
  virtual Grey draw(int page, Detail detail) = 0;
};

// `file` has to outlive the pages.
std::unique_ptr<Pages> open_pages(Bytes file);

std::unique_ptr<Pages> open_pdf(Bytes file);
std::unique_ptr<Pages> open_picture(Bytes file, FileType type);

inline constexpr int normal_side_max = 2'500;
inline constexpr int fine_side_max = 4'000;

}  // namespace ticketing::delivery::reading
