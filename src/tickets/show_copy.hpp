// A copy of a show, made from events. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"

namespace ticketing::tickets {

enum class ShowStatus { scheduled, postponed, cancelled };
BOOST_DESCRIBE_ENUM(ShowStatus, scheduled, postponed, cancelled)

struct ShowCopy {
  std::string id;
  std::int64_t version = 0;
  ShowStatus status = ShowStatus::scheduled;
  Timestamp over_at;
  std::optional<std::string> merged_into{};  // the show that stands for it
};
BOOST_DESCRIBE_STRUCT(ShowCopy, (), (id, version, status, over_at, merged_into))

inline bool is_over(const ShowCopy& show, Timestamp now) {
  return show.status == ShowStatus::scheduled && show.over_at <= now;
}

}  // namespace ticketing::tickets
