#include "delivery/reading/worker/regions.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

namespace ticketing::delivery::reading {
namespace {

constexpr int cell_side = 8;
constexpr int regions_max = 24;
constexpr int cells_min = 5;  // of a region, in either direction

// The picture in cells of 8 × 8 pixels: which are full of edges.
struct Cells {
  int columns = 0, rows = 0;
  std::vector<char> busy;
  char& at(int column, int row) {
    return busy[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                static_cast<std::size_t>(column)];
  }
};

// Neighbouring cells are looked at, too: a module of a code may be as large as a cell.
bool is_busy(const Grey& picture, int column, int row) {
  constexpr int reach = cell_side / 2;
  const int left = std::max(1, column * cell_side - reach);
  const int right = std::min(picture.width, (column + 1) * cell_side + reach);
  const int top = std::max(1, row * cell_side - reach);
  const int bottom = std::min(picture.height, (row + 1) * cell_side + reach);
  int darkest = 255, lightest = 0, change = 0;
  for (int y = top; y < bottom; ++y) {
    const std::uint8_t *here = picture.row(y), *above = picture.row(y - 1);
    for (int x = left; x < right; ++x) {
      darkest = std::min<int>(darkest, here[x]);
      lightest = std::max<int>(lightest, here[x]);
      change += std::abs(here[x] - here[x - 1]) + std::abs(here[x] - above[x]);
    }
  }
  const int pixels = std::max(1, (right - left) * (bottom - top));
  return lightest - darkest > 64 && change / pixels > 12;
}

Cells cells_of(const Grey& picture) {
  Cells cells{.columns = (picture.width + cell_side - 1) / cell_side,
              .rows = (picture.height + cell_side - 1) / cell_side,
              .busy = {}};
  cells.busy.resize(static_cast<std::size_t>(cells.columns) * static_cast<std::size_t>(cells.rows));
  for (int row = 0; row < cells.rows; ++row) {
    for (int column = 0; column < cells.columns; ++column)
      cells.at(column, row) = is_busy(picture, column, row) ? 1 : 0;
  }
  return cells;
}

struct Region {
  int left, top, right, bottom;  // cells, inclusive
  int busy = 0;
  int columns() const { return right - left + 1; }
  int rows() const { return bottom - top + 1; }
  // How much of its frame is full; a code fills half of it even when it is turned by 45 degrees.
  double fill() const { return static_cast<double>(busy) / (columns() * rows()); }
};

// The busy cells that touch this one, which are forgotten in `cells`.
Region take_region(Cells& cells, int column, int row) {
  Region region{.left = column, .top = row, .right = column, .bottom = row};
  std::vector<std::pair<int, int>> open{{column, row}};
  cells.at(column, row) = 0;
  while (!open.empty()) {
    const auto [x, y] = open.back();
    open.pop_back();
    ++region.busy;
    region.left = std::min(region.left, x);
    region.right = std::max(region.right, x);
    region.top = std::min(region.top, y);
    region.bottom = std::max(region.bottom, y);
    for (const auto& [to_x, to_y] : {std::pair{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}}) {
      const bool is_inside = to_x >= 0 && to_y >= 0 && to_x < cells.columns && to_y < cells.rows;
      if (!is_inside || cells.at(to_x, to_y) == 0) continue;
      cells.at(to_x, to_y) = 0;
      open.emplace_back(to_x, to_y);
    }
  }
  return region;
}

// With a sixth of its sides around it: the quiet zone, and what the cells missed.
Area area_of(const Region& region) {
  const int width = region.columns() * cell_side, height = region.rows() * cell_side;
  const int margin = std::max(2 * cell_side, std::min(width, height) / 6);
  return {.left = region.left * cell_side - margin,
          .top = region.top * cell_side - margin,
          .width = width + 2 * margin,
          .height = height + 2 * margin};
}

}  // namespace

std::vector<Area> regions_of(const Grey& picture) {
  Cells cells = cells_of(picture);
  std::vector<Region> regions;
  for (int row = 0; row < cells.rows; ++row) {
    for (int column = 0; column < cells.columns; ++column) {
      if (cells.at(column, row) == 0) continue;
      const Region region = take_region(cells, column, row);
      const bool is_large = region.columns() >= cells_min && region.rows() >= cells_min;
      if (is_large && region.fill() > 0.4) regions.push_back(region);
    }
  }
  std::ranges::sort(regions, std::greater{},
                    [](const Region& region) { return region.busy * region.fill(); });
  std::vector<Area> areas;
  for (const Region& region : regions) {
    if (areas.size() == regions_max) break;
    areas.push_back(area_of(region));
  }
  return areas;
}

}  // namespace ticketing::delivery::reading
