#include "shows/operator/merge.hpp"

namespace ticketing::shows {
namespace {

// No route that the API's description lists answers it.
constexpr CodeKind show_not_merged{"show_not_merged"};

}  // namespace

Result<std::optional<Show>> merge(const Show& show, const Show& into, bool has_merged_ones) {
  if (show.merged_into == into.id) return std::nullopt;
  if (show.id == into.id || show.merged_into || into.merged_into || has_merged_ones) {
    return refuse(ErrorKind::invalid, show_not_merged,
                  "Two shows are merged that stand for themselves alone: one of these stands for "
                  "others, or another for it.");
  }
  Show merged = show;
  merged.version = show.version + 1;
  merged.merged_into = into.id;
  merged.poster = std::nullopt;
  return merged;
}

}  // namespace ticketing::shows
