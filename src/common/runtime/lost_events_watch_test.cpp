// A listener that is new asks for the events that were published before.
#include "common/runtime/lost_events_watch.hpp"

#include <gmock/gmock.h>

#include "common/bus/republish_messages.hpp"
#include "common/db/sqlite/sqlite_database.hpp"
#include "fixtures/test_platform.hpp"

namespace ticketing::runtime {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

Task<bus::Verdict> handled(const bus::Event&) { co_return bus::Verdict::done; }

// A service whose database outlives its processes.
class LostEventsWatchTest : public testing::Test {
 protected:
  // The subjects that a process which listens to `subjects` asks for in two minutes.
  std::vector<std::string> asked_for(const std::vector<std::string>& subjects,
                                     bool has_older_events) {
    fixtures::TestPlatform platform;
    platform.bus().remember_listeners(has_older_events);
    for (const std::string& subject : subjects)
      platform.bus().subscribe({.consumer = "copies", .subject = subject, .handler = handled});
    platform.record({std::string(bus::RepublishRequested::subject)});
    platform.bus().start();
    {
      const auto database =
          db::open_sqlite(platform.get().executor,
                          {.path = folder_.file("copies.db"),
                           .execution = db::SqliteSettings::Execution::inline_on_executor},
                          {bus::received_events_migration()});
      LostEventsWatch watch(platform.get(), "copies", *database);
      watch.start();
      platform.pass(std::chrono::minutes{2});
      platform.run(watch.stop());
    }
    platform.run(platform.bus().stop());
    std::vector<std::string> found;
    for (const bus::Event& event : platform.events()) {
      const auto request = bus::decode_republish_requested(event.payload).value();
      EXPECT_EQ(request.since, std::nullopt) << "all events ever";
      found.push_back(request.event_subject.value());
    }
    return found;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(LostEventsWatchTest, AsksOnceForWhatAnUpgradedMarketplacePublishedBefore) {
  EXPECT_THAT(asked_for({"note.created", "note.updated"}, true),
              UnorderedElementsAre("note.created", "note.updated"));
  EXPECT_THAT(asked_for({"note.created", "note.updated"}, true), IsEmpty());
}

TEST_F(LostEventsWatchTest, AsksForASubjectThatItDidNotListenToBefore) {
  EXPECT_THAT(asked_for({"note.created"}, false), IsEmpty()) << "nothing was published";
  EXPECT_THAT(asked_for({"note.created", "note.updated"}, true),
              UnorderedElementsAre("note.updated"));
  EXPECT_THAT(asked_for({"note.created", "note.updated"}, true), IsEmpty());
}

}  // namespace
}  // namespace ticketing::runtime
