// The effect of the events of shows on expiration, and its own event of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/jobs/local/local_job_queue.hpp"
#include "contracts/expiration_events.hpp"
#include "contracts/shows_events.hpp"
#include "expiration/listeners.hpp"
#include "expiration/operations.hpp"
#include "expiration/republished.hpp"
#include "expiration/test_queue.hpp"
#include "fixtures/service_test.hpp"

namespace ticketing::expiration {

EmbeddedFiles embedded_files();

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ShowsTest : public fixtures::ServiceTest {
 protected:
  void begin(Operations& operations) {
    subscribe(platform_.bus(), operations);
    platform_.record({"expiration.show_begun"});
    platform_.bus().start();
    data_.start();
  }
  void end() {
    run(platform_.bus().stop());
    run(data_.stop());
  }
  // A show that begins at `starts_at`, as shows tells of it.
  void plan(const std::string& id, std::int64_t version, Timestamp starts_at,
            const std::string& status = "scheduled",
            const std::optional<std::string>& merged_into = std::nullopt) {
    contracts::ShowUpdated show;
    show.id = id;
    show.version = version;
    show.name = "AC/DC";
    show.status = status;
    show.starts_at = starts_at;
    show.over_at = starts_at + std::chrono::hours{6};
    show.merged_into = merged_into;
    platform_.publish_as("shows", show);
  }
  // When which show was told to begin.
  std::vector<Timestamp> told() {
    std::vector<Timestamp> times;
    for (const bus::Event& event : events("expiration.show_begun")) {
      const auto begun = contracts::decode<contracts::ShowBegun>(event.payload).value();
      EXPECT_EQ(begun.show_id, id_);
      times.push_back(begun.starts_at);
    }
    return times;
  }

  runtime::OwnedData data_{platform_.get(),          "expiration", embedded_files(), "expirations",
                           {jobs::jobs_migration()}, republished()};
  const std::string id_ = platform_.next_id();
  const Timestamp first_ = platform_.now() + std::chrono::hours{1};
  const Timestamp second_ = platform_.now() + std::chrono::hours{2};
};

class ShowsWithLocalQueueTest : public ShowsTest {
 public:
  ~ShowsWithLocalQueueTest() override {
    run(queue_->stop());
    end();
  }

 protected:
  ShowsWithLocalQueueTest() {
    begin(operations_);
    queue_->start([this](const jobs::Job& job) { return operations_.announce(job); });
  }

  std::unique_ptr<jobs::JobQueue> queue_ =
      platform_.get().open_job_queue("expiration", data_.database());
  Operations operations_{data_, *queue_};
};

TEST_F(ShowsWithLocalQueueTest, AreToldOnceWhenTheyBeginAndNotEarlier) {
  plan(id_, 0, first_);
  platform_.pass(std::chrono::hours{1} - std::chrono::seconds{2});
  EXPECT_THAT(told(), IsEmpty());
  platform_.pass(std::chrono::seconds{2});
  EXPECT_THAT(told(), ElementsAre(first_));
  plan(id_, 1, first_);  // another name
  platform_.pass(std::chrono::hours{1});
  EXPECT_THAT(told(), ElementsAre(first_));
}

TEST_F(ShowsWithLocalQueueTest, AreToldAtTheirNewTimeOnly) {
  plan(id_, 0, first_);
  plan(id_, 1, second_);
  plan(id_, 0, first_);  // once more, too late
  platform_.pass(std::chrono::minutes{90});
  EXPECT_THAT(told(), IsEmpty());
  platform_.pass(std::chrono::minutes{31});
  EXPECT_THAT(told(), ElementsAre(second_));
}

TEST_F(ShowsWithLocalQueueTest, AreToldAgainWhenTheyAreMovedAfterTheyBegan) {
  plan(id_, 0, first_);
  platform_.pass(std::chrono::minutes{61});
  plan(id_, 1, second_);
  platform_.pass(std::chrono::minutes{60});
  EXPECT_THAT(told(), ElementsAre(first_, second_));
}

class ShowsWithRemoteQueueTest : public ShowsTest {
 public:
  ~ShowsWithRemoteQueueTest() override { end(); }

 protected:
  ShowsWithRemoteQueueTest() { begin(operations_); }

  std::vector<Timestamp> dues() const {
    std::vector<Timestamp> times;
    for (const auto& [id, job] : queue_.jobs) times.push_back(job.due);
    return times;
  }

  TestQueue queue_;
  Operations operations_{data_, queue_};
};

TEST_F(ShowsWithRemoteQueueTest, HaveOneJobAlsoAfterTheyWereMoved) {
  plan(id_, 0, first_);
  EXPECT_THAT(dues(), ElementsAre(first_));
  plan(id_, 1, second_);
  EXPECT_THAT(dues(), ElementsAre(second_));
  plan(id_, 2, first_);
  EXPECT_THAT(dues(), ElementsAre(first_));
}

TEST_F(ShowsWithRemoteQueueTest, HaveNoJobWhilePostponedAndOneWhenCancelled) {
  plan(id_, 0, first_);
  plan(id_, 1, first_, "postponed");
  EXPECT_THAT(dues(), IsEmpty());
  plan(id_, 2, second_);
  EXPECT_THAT(dues(), ElementsAre(second_));
  plan(id_, 3, second_, "cancelled");
  EXPECT_THAT(dues(), ElementsAre(second_));
}

TEST_F(ShowsWithRemoteQueueTest, HaveNoJobWhenAnotherStandsForThem) {
  plan(id_, 0, first_);
  plan(id_, 1, first_, "scheduled", platform_.next_id());
  EXPECT_THAT(dues(), IsEmpty());
}

TEST_F(ShowsWithRemoteQueueTest, HaveTheirJobAlsoWhenTheFirstDeliveryDiedBeforeIt) {
  plan(id_, 0, first_);
  queue_.jobs.clear();
  plan(id_, 0, first_);
  EXPECT_THAT(dues(), ElementsAre(first_));
}

TEST_F(ShowsWithRemoteQueueTest, HaveTheirJobRebuiltWhenTheQueueLostIt) {
  plan(id_, 0, first_);
  plan(platform_.next_id(), 0, first_, "postponed");
  queue_.jobs.clear();
  run(operations_.rebuild_jobs());
  EXPECT_THAT(dues(), ElementsAre(first_));
}

TEST_F(ShowsWithRemoteQueueTest, AreNotToldByAJobThatOutlivedItsTime) {
  plan(id_, 0, first_);
  const jobs::Job job = queue_.jobs.begin()->second;
  plan(id_, 1, second_);
  run(operations_.announce(job));
  EXPECT_THAT(told(), IsEmpty());
  const jobs::Job current = queue_.jobs.begin()->second;
  run(operations_.announce(current));
  run(operations_.announce(current));
  EXPECT_THAT(told(), ElementsAre(second_));
}

}  // namespace
}  // namespace ticketing::expiration
