// A session as its owner sees it.
#pragma once

#include <string>
#include <vector>

#include "auth/session.hpp"
#include "common/base/flag.hpp"
#include "common/json/described.hpp"

namespace ticketing::auth {

struct SessionAnswer {
  std::string id;
  std::string device;
  Timestamp created_at;
  Timestamp used_at;
  Flag current;
};
BOOST_DESCRIBE_STRUCT(SessionAnswer, (), (id, device, created_at, used_at, current))

inline std::string to_json(const std::vector<Session>& all, const std::string& current_id) {
  json::Writer writer;
  writer.begin_array();
  for (const Session& session : all) {
    json::write(writer, SessionAnswer{.id = session.id,
                                      .device = session.device,
                                      .created_at = session.created_at,
                                      .used_at = session.rotated_at,
                                      .current = Flag{session.id == current_id}});
  }
  writer.end_array();
  return writer.take();
}

}  // namespace ticketing::auth
