// The messages about republishing (republished.hpp): they go through the bus like events, but tell
// of no entity.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/described.hpp"
#include "common/base/error.hpp"

namespace ticketing::bus {

// The owner is asked to publish its entities once more.
struct RepublishRequested {
  static constexpr std::string_view subject = "republish.requested";
  std::optional<std::string> service;        // the owner
  std::optional<std::string> event_subject;  // or: the owner of this subject
  std::optional<Timestamp> since;            // nothing: all
  // A listener lost events that were stored before this. Nothing: an operator asks.
  std::optional<Timestamp> lost_before;
  std::string requested_by;
};
BOOST_DESCRIBE_STRUCT(RepublishRequested, (),
                      (service, event_subject, since, lost_before, requested_by))

// The owner's answer to a request, and how far a run has come, about once a second.
struct RepublishProgress {
  static constexpr std::string_view subject = "republish.progress";
  std::optional<std::string> request_id;  // the event that requested it
  std::string service;
  std::string id;  // of the run
  std::string status;
  Timestamp since;
  std::int64_t entities = 0;
  std::int64_t events = 0;
};
BOOST_DESCRIBE_STRUCT(RepublishProgress, (),
                      (request_id, service, id, status, since, entities, events))

std::string encode(const RepublishRequested& request);
std::string encode(const RepublishProgress& progress);
Result<RepublishRequested> decode_republish_requested(std::string_view json);
Result<RepublishProgress> decode_republish_progress(std::string_view json);

}  // namespace ticketing::bus
