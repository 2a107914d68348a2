#include "delivery/reading/worker/grey.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace ticketing::delivery::reading {
namespace {

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

// Between the four pixels around a place; white outside.
std::uint8_t shade_at(const Grey& picture, double x, double y) {
  const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
  if (left < 0 || top < 0 || left + 1 >= picture.width || top + 1 >= picture.height) return white;
  const double right_part = x - left, lower_part = y - top;
  const std::uint8_t *upper = picture.row(top) + left, *lower = picture.row(top + 1) + left;
  const double above = upper[0] + (upper[1] - upper[0]) * right_part;
  const double below = lower[0] + (lower[1] - lower[0]) * right_part;
  return to_byte(above + (below - above) * lower_part);
}

Grey enlarged(const Grey& picture, double factor, int width, int height) {
  Grey result(width, height);
  for (int y = 0; y < height; ++y) {
    const double from_y = std::clamp((y + 0.5) / factor - 0.5, 0.0, picture.height - 1.001);
    for (int x = 0; x < width; ++x) {
      const double from_x = std::clamp((x + 0.5) / factor - 0.5, 0.0, picture.width - 1.001);
      result.row(y)[x] = shade_at(picture, from_x, from_y);
    }
  }
  return result;
}

// The mean of the pixels that each new one stands for, whole ones only.
Grey reduced(const Grey& picture, int width, int height) {
  Grey result(width, height);
  const auto begin = [](int at, int from, int to) {
    return static_cast<int>(static_cast<std::int64_t>(at) * from / to);
  };
  for (int y = 0; y < height; ++y) {
    const int top = begin(y, picture.height, height);
    const int bottom = std::max(top + 1, begin(y + 1, picture.height, height));
    for (int x = 0; x < width; ++x) {
      const int left = begin(x, picture.width, width);
      const int right = std::max(left + 1, begin(x + 1, picture.width, width));
      unsigned sum = 0;
      for (int from = top; from < bottom; ++from) {
        for (int at = left; at < right; ++at) sum += picture.row(from)[at];
      }
      const auto count = static_cast<unsigned>((bottom - top) * (right - left));
      result.row(y)[x] = static_cast<std::uint8_t>((sum + count / 2) / count);
    }
  }
  return result;
}

}  // namespace

Grey cut(const Grey& picture, const Area& area) {
  Grey result(area.width, area.height);
  const int left = std::max(area.left, 0), top = std::max(area.top, 0);
  const int right = std::min(area.left + area.width, picture.width);
  const int bottom = std::min(area.top + area.height, picture.height);
  for (int y = top; y < bottom && left < right; ++y) {
    std::copy_n(picture.row(y) + left, right - left, result.row(y - area.top) + (left - area.left));
  }
  return result;
}

Grey scaled(const Grey& picture, double factor) {
  const int width = std::max(1, static_cast<int>(std::lround(picture.width * factor)));
  const int height = std::max(1, static_cast<int>(std::lround(picture.height * factor)));
  if (width == picture.width && height == picture.height) return picture;
  if (factor < 1) return reduced(picture, width, height);
  if (picture.width < 2 || picture.height < 2) return picture;
  return enlarged(picture, factor, width, height);
}

Grey turned(const Grey& picture, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const auto side = [&](double along, double across) {
    return static_cast<int>(std::ceil(std::abs(along * cosine) + std::abs(across * sine)));
  };
  Grey result(std::max(1, side(picture.width, picture.height)),
              std::max(1, side(picture.height, picture.width)));
  for (int y = 0; y < result.height; ++y) {
    const double down = y + 0.5 - result.height / 2.0;
    for (int x = 0; x < result.width; ++x) {
      const double along = x + 0.5 - result.width / 2.0;
      result.row(y)[x] = shade_at(picture, along * cosine - down * sine + picture.width / 2.0 - 0.5,
                                  along * sine + down * cosine + picture.height / 2.0 - 0.5);
    }
  }
  return result;
}

Grey with_full_contrast(const Grey& picture) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t shade : picture.pixels) ++counts[shade];
  const std::size_t part = picture.pixels.size() / 50;
  std::size_t dark = 0, light = 255;
  for (std::size_t seen = counts[dark]; seen <= part && dark < 255;) seen += counts[++dark];
  for (std::size_t seen = counts[light]; seen <= part && light > 0;) seen += counts[--light];
  if (light <= dark) return picture;
  std::array<std::uint8_t, 256> shades{};
  for (std::size_t shade = 0; shade < shades.size(); ++shade) {
    const double place = static_cast<double>(shade) - static_cast<double>(dark);
    shades[shade] = to_byte(place * 255 / static_cast<double>(light - dark));
  }
  Grey result = picture;
  for (std::uint8_t& shade : result.pixels) shade = shades[shade];
  return result;
}

Grey without_noise(const Grey& picture) {
  Grey result = picture;
  for (int y = 1; y + 1 < picture.height; ++y) {
    for (int x = 1; x + 1 < picture.width; ++x) {
      std::array<std::uint8_t, 9> around;
      for (int row = 0; row < 3; ++row) {
        std::copy_n(picture.row(y - 1 + row) + x - 1, 3, around.begin() + std::ptrdiff_t{3} * row);
      }
      std::ranges::nth_element(around, around.begin() + 4);
      result.row(y)[x] = around[4];
    }
  }
  return result;
}

int angle_of_edges(const Grey& picture) {
  constexpr int right_angle = 90;
  std::array<double, right_angle> weights{};
  for (int y = 1; y + 1 < picture.height; ++y) {
    for (int x = 1; x + 1 < picture.width; ++x) {
      const int along = picture.row(y)[x + 1] - picture.row(y)[x - 1];
      const int down = picture.row(y + 1)[x] - picture.row(y - 1)[x];
      const int strength = along * along + down * down;
      if (strength < 60 * 60) continue;
      const double degrees = std::atan2(down, along) * 180 / std::numbers::pi + 360;
      weights[static_cast<std::size_t>(std::lround(degrees)) % right_angle] += strength;
    }
  }
  // A little wider than a degree: the edges of pixels spread.
  const auto around = [&](int at) {
    double sum = 0;
    for (int near = at - 2; near <= at + 2; ++near)
      sum += weights[static_cast<std::size_t>((near + right_angle) % right_angle)];
    return sum;
  };
  int best = 0;
  for (int at = 1; at < right_angle; ++at) {
    if (around(at) > around(best)) best = at;
  }
  return best;
}

}  // namespace ticketing::delivery::reading
