#include "delivery/reading/worker/search.hpp"

#include <algorithm>
#include <ctime>

#include "delivery/reading/worker/regions.hpp"

namespace ticketing::delivery::reading {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using Found = std::vector<Scanned>;

// Of a picture that is read best: smaller ones are made larger.
constexpr int small_side = 400;
// By which a code may be turned without being read less well.
constexpr int upright_degrees = 3;

// Of this process, from its start.
milliseconds processor_time() {
  constexpr auto a_second = static_cast<std::clock_t>(CLOCKS_PER_SEC);
  return milliseconds{std::clock() * 1'000 / a_second};
}

bool contains(const Area& area, const Scanned& code) {
  return code.x >= area.left && code.x < area.left + area.width && code.y >= area.top &&
         code.y < area.top + area.height;
}

void add(Found& all, Found more, const Area& from, double scale) {
  for (Scanned& code : more) {
    if (std::ranges::find(all, code) != all.end()) continue;
    code.x = from.left + static_cast<int>(code.x / scale);
    code.y = from.top + static_cast<int>(code.y / scale);
    all.push_back(std::move(code));
  }
}

Grey straightened(const Grey& picture) {
  const int angle = angle_of_edges(picture);
  if (angle < upright_degrees || angle > 90 - upright_degrees) return {};
  return turned(picture, angle > 45 ? angle - 90 : angle);
}

class Search {
 public:
  Search(Pages& pages, const Effort& effort)
      : pages_(pages),
        read_(std::min(pages.count(), pages_read_max)),
        end_(Clock::now() + effort.time_max),
        processor_end_(processor_time() + effort.processor_time_max),
        found_(static_cast<std::size_t>(read_)) {}

  std::vector<Located> run() {
    each_page_without([&](int page) { return look(pages_.draw(page, Detail::normal)); });
    each_page_without([&](int page) { return look(pages_.draw(page, Detail::fine)); });
    // The pages of a file that has codes may well have none.
    if (is_empty()) each_page_without([&](int page) { return look_hard(page); });
    return located();
  }

 private:
  bool has_time() const { return Clock::now() < end_ && processor_time() < processor_end_; }
  bool is_empty() const {
    return std::ranges::all_of(found_, [](const Found& page) { return page.empty(); });
  }

  // Looks at the pages without a code; the first time at all of them, however long that takes.
  template <class Look>
  void each_page_without(Look look) {
    for (int page = 0; page < read_; ++page) {
      Found& here = found_[static_cast<std::size_t>(page)];
      if (here.empty() && (is_first_ || has_time())) here = look(page);
    }
    is_first_ = false;
  }

  // The page as a whole, then each region in which nothing was found: an Aztec code is found in the
  // middle of a picture only, and one of its kind.
  Found look(const Grey& page) {
    if (page.pixels.empty()) return {};
    Found all = scan(page);
    for (const Area& area : regions_of(page)) {
      if (std::ranges::any_of(all, [&](const Scanned& code) { return contains(area, code); }))
        continue;
      if (!has_time()) break;
      look_closely(page, area, all);
    }
    return all;
  }

  static void look_closely(const Grey& page, const Area& area, Found& all) {
    const int side = std::min(area.width, area.height);
    const double scale = side < small_side ? std::min(3.0, 2.0 * small_side / side) : 1;
    const Grey part = scaled(cut(page, area), scale);
    Found here = scan(part);
    if (here.empty()) {
      const Grey straight = straightened(part);
      if (!straight.pixels.empty()) here = scan(straight);
    }
    add(all, std::move(here), area, scale);
  }

  // What helps with photos.
  Found look_hard(int page) {
    for (const Detail detail : {Detail::normal, Detail::fine}) {
      const Grey plain = pages_.draw(page, detail);
      if (plain.pixels.empty()) continue;
      for (const auto& better : {with_full_contrast, without_noise, halved}) {
        if (!has_time()) return {};
        Found all = look(better(plain));
        if (!all.empty()) return all;
      }
      Found all = look_through_windows(plain);
      if (!all.empty()) return all;
    }
    return {};
  }

  static Grey halved(const Grey& picture) { return scaled(picture, 0.5); }

  // Squares that overlap by half, from large to small ones.
  Found look_through_windows(const Grey& page) {
    Found all;
    const int shorter = std::min(page.width, page.height);
    for (const int part : {2, 3, 5}) {
      const int side = std::max(shorter / part, 1), step = std::max(side / 2, 1);
      for (int top = 0; top + step < page.height; top += step) {
        for (int left = 0; left + step < page.width; left += step) {
          if (!has_time()) return all;
          const Area area{.left = left, .top = top, .width = side, .height = side};
          add(all, scan(cut(page, area)), area, 1);
        }
      }
      if (!all.empty()) break;
    }
    return all;
  }

  std::vector<Located> located() const {
    std::vector<Located> all;
    for (int page = 0; page < read_; ++page) {
      for (const Scanned& code : found_[static_cast<std::size_t>(page)]) {
        const bool is_known =
            std::ranges::any_of(all, [&](const Located& one) { return one.code == code; });
        if (!is_known && all.size() < codes_max) all.push_back({.code = code, .page = page + 1});
      }
    }
    return all;
  }

  Pages& pages_;
  const int read_;
  const Clock::time_point end_;
  const milliseconds processor_end_;
  std::vector<Found> found_;  // by page
  bool is_first_ = true;
};

}  // namespace

std::vector<Located> search(Pages& pages, const Effort& effort) {
  return Search(pages, effort).run();
}

}  // namespace ticketing::delivery::reading
