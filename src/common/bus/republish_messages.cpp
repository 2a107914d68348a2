#include "common/bus/republish_messages.hpp"

#include "common/json/described.hpp"

namespace ticketing::bus {

std::string encode(const RepublishRequested& request) { return json::to_json(request); }
std::string encode(const RepublishProgress& progress) { return json::to_json(progress); }

Result<RepublishRequested> decode_republish_requested(std::string_view json) {
  return json::from_json<RepublishRequested>(json);
}
Result<RepublishProgress> decode_republish_progress(std::string_view json) {
  return json::from_json<RepublishProgress>(json);
}

}  // namespace ticketing::bus
