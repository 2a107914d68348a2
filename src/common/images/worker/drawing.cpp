#include "common/images/worker/drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ticketing::images {
namespace {

// FNV-1a, then a linear congruence: numbers from 0 to 1 that follow from a text.
class Numbers {
 public:
  explicit Numbers(std::string_view text) {
    for (const char c : text) state_ = (state_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3U;
  }
  float next() {
    state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return static_cast<float>(state_ >> 40) / static_cast<float>(1U << 24);
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

using Colour = std::array<float, 3>;

// Of the rainbow, `turn` from 0 to 1.
Colour colour_at(float turn, float light) {
  Colour colour{};
  for (std::size_t c = 0; c < 3; ++c) {
    const float phase = turn + static_cast<float>(c) / 3;
    colour[c] = light * (0.55F + 0.45F * std::cos(6.2831853F * phase));
  }
  return colour;
}

struct Beam {
  float x, y, angle, spread;
  Colour colour;
};

}  // namespace

Picture draw(std::string_view text, std::uint32_t width, std::uint32_t height) {
  Numbers numbers(text);
  const float hue = numbers.next();
  const Colour ground = colour_at(hue, 90);
  std::array<Beam, 7> beams{};
  for (Beam& beam : beams) {
    beam = {.x = numbers.next(),
            .y = -0.1F - 0.3F * numbers.next(),
            .angle = (numbers.next() - 0.5F) * 1.4F,
            .spread = 0.06F + 0.16F * numbers.next(),
            .colour = colour_at(hue + 0.1F + 0.4F * numbers.next(), 150)};
  }
  Picture picture{.width = width, .height = height, .rgb = {}};
  picture.rgb.reserve(std::size_t{width} * height * 3);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const float across = static_cast<float>(x) / static_cast<float>(width);
      const float down = static_cast<float>(y) / static_cast<float>(height);
      Colour pixel = ground;
      for (float& part : pixel) part *= 1.1F - 0.7F * down;
      for (const Beam& beam : beams) {
        const float angle = std::atan2(across - beam.x, down - beam.y);
        const float inside = 1 - std::abs(angle - beam.angle) / beam.spread;
        if (inside <= 0) continue;
        for (std::size_t c = 0; c < 3; ++c)
          pixel[c] += beam.colour[c] * inside * (1.1F - 0.8F * down);
      }
      for (const float part : pixel)
        picture.rgb.push_back(static_cast<std::uint8_t>(std::clamp(part, 0.0F, 255.0F)));
    }
  }
  return picture;
}

}  // namespace ticketing::images
