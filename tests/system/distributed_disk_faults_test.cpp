// PostgreSQL's disk runs full under load: what needs room is refused, nothing that was acknowledged
// is lost, and with room again all continues by itself. The disks are small file systems of the
// test's own.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "servers/small_disk.hpp"
#include "system/audit.hpp"
#include "system/distributed_system.hpp"
#include "system/load.hpp"

namespace ticketing::system {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int traders = 6;
constexpr std::int64_t mebibyte = 1024 * 1024;

// As long as the servers that write to them; a disk of its own for each kind of file.
struct Disks {
  explicit Disks(servers::PostgresServer& postgres) {
    postgres.keep_tables_in(tables.folder() / "tables");
    // No more of the log than there has to be, or nothing new is needed for a long time.
    postgres.configure("min_wal_size=32MB");
    postgres.configure("max_wal_size=32MB");
    postgres.run_sql("postgres", "CHECKPOINT");
    postgres.move_log_to(log.folder() / "pg_wal");
  }
  servers::SmallDisk tables{64 * mebibyte};
  servers::SmallDisk log{256 * mebibyte};
};

class DistributedDiskFaults : public testing::Test {
 protected:
  void SetUp() override {
    auto system = std::make_unique<DistributedSystem>(Variables{{"HOLD_SECONDS", "3"}}, 2);
    system_ = system.get();
    try {
      static Disks shared(postgres());
      disks_ = &shared;
    } catch (const servers::NoSmallDisk& error) {
      GTEST_SKIP() << "DID NOT RUN: PostgreSQL on a full disk: " << error.what();
    }
    marketplace_.emplace(std::move(system));
    fmt::print("seed {}\n", seed_);
  }

  servers::PostgresServer& postgres() { return system_->servers().postgres; }
  bool all_are_ready() const { return system_->is_ready(); }

  const std::uint64_t seed_ = std::random_device{}();
  std::mt19937_64 random_{seed_};
  DistributedSystem* system_ = nullptr;
  Disks* disks_ = nullptr;
  std::optional<Marketplace> marketplace_;
};

Answer list_another(Person& seller) {
  return seller.http.post("/api/tickets", R"({"title":"A seat","price":20})");
}

// Lists tickets until one is refused because the disk is full; gives those that were acknowledged.
std::vector<std::string> list_until_refused(Person& seller, Answer& refusal) {
  std::vector<std::string> listed;
  wait_until(
      [&] {
        const auto begun = Clock::now();
        refusal = list_another(seller);
        EXPECT_LE(since(begun), patient(milliseconds{3'500}));
        if (refusal.status == 201) listed.push_back(text_at(refusal, "id"));
        return refusal.status != 201;
      },
      patient(seconds{10}), milliseconds{0});
  return listed;
}

TEST_F(DistributedDiskFaults, AFullDiskRefusesWhatNeedsRoomAndKeepsWhatIsThere) {
  const auto seller = marketplace_->person();
  Crowd crowd(*marketplace_, traders, seed_);
  crowd.start();
  std::this_thread::sleep_for(milliseconds{500 + random_() % 500});
  std::vector<std::string> listed;
  for (int round = 0; round < scaled(4); ++round) {
    const int refused_before = postgres().count_full_disk();
    disks_->tables.fill();
    Answer refusal;
    const std::vector<std::string> more = list_until_refused(*seller, refusal);
    listed.insert(listed.end(), more.begin(), more.end());
    EXPECT_EQ(refusal.status, 503) << refusal.body;
    EXPECT_NE(refusal.header("retry-after"), "");
    EXPECT_GT(postgres().count_full_disk(), refused_before);
    // What is there is still shown, by all replicas of all services.
    for (const std::string& ticket : more) {
      EXPECT_EQ(seller->http.get("/api/tickets/" + ticket).status, 200);
    }
    EXPECT_EQ(seller->http.get("/api/orders").status, 200);
    EXPECT_TRUE(wait_until(
        [&] {
          return list_another(*seller).status != 201 &&
                 readiness_of(*system_, "tickets", "tickets") == "down";
        },
        patient(seconds{5})));
    std::this_thread::sleep_for(milliseconds{scaled(1'500, 700)});
    disks_->tables.free();
    const auto freed = Clock::now();
    EXPECT_TRUE(
        wait_until([&] { return list_another(*seller).status == 201; }, patient(seconds{5})));
    const milliseconds listed_after = since(freed);
    EXPECT_TRUE(wait_until([&] { return all_are_ready(); }, patient(seconds{20})));
    fmt::print(
        "{} tickets after the disk was full; with room again, the next {} ms later and all "
        "ready after {} ms\n",
        more.size(), listed_after.count(), since(freed).count());
    EXPECT_LE(since(freed), patient(seconds{10}));
  }
  crowd.stop();
  EXPECT_EQ(postgres().count_in_log("PANIC"), 0);  // it refused and went on
  expect_rest_and_kept_promises(*marketplace_, crowd);
  for (const std::string& ticket : listed) {
    EXPECT_EQ(seller->http.get("/api/tickets/" + ticket).status, 200) << "lost " << ticket;
  }
  EXPECT_TRUE(system_->is_running()) << system_->log();
}

// The server cannot run without its log: it ends in the middle of commits, and the test starts it
// again. In practice an unused replication slot fills such disks.
TEST_F(DistributedDiskFaults, AFullDiskOfTheLogEndsTheServerAndLosesNothing) {
  const auto seller = marketplace_->person();
  Crowd crowd(*marketplace_, traders, seed_);
  crowd.start();
  std::this_thread::sleep_for(milliseconds{500 + random_() % 500});
  postgres().run_sql("postgres", "SELECT pg_create_physical_replication_slot('unused', true)");
  disks_->log.fill();
  // Until all of it is gone: what was on its way may be committed after the server has said why it
  // ends.
  const bool ended = wait_until(
      [&] {
        try {
          postgres().run_sql("postgres", "SELECT pg_switch_wal()");
        } catch (const std::runtime_error&) {
        }
        return !postgres().is_running();
      },
      patient(seconds{20}), milliseconds{50});
  EXPECT_TRUE(ended);
  EXPECT_GT(postgres().count_in_log("PANIC"), 0);
  EXPECT_GT(postgres().count_full_disk(), 0);
  const auto begun = Clock::now();
  while (since(begun) < milliseconds{scaled(3'000, 1'500)}) {
    const auto asked = Clock::now();
    const Answer answer = list_another(*seller);
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_NE(answer.header("retry-after"), "");
    EXPECT_LE(since(asked), patient(milliseconds{3'500}));
  }
  EXPECT_FALSE(all_are_ready());
  disks_->log.free();
  postgres().start();
  const auto healed = Clock::now();
  EXPECT_TRUE(wait_until([&] { return all_are_ready(); }, patient(seconds{20})));
  fmt::print("back after {} ms\n", since(healed).count());
  EXPECT_LE(since(healed), patient(seconds{5}));
  postgres().run_sql("postgres", "SELECT pg_drop_replication_slot('unused')");
  std::this_thread::sleep_for(seconds{1});
  crowd.stop();
  expect_rest_and_kept_promises(*marketplace_, crowd);
  EXPECT_TRUE(system_->is_running()) << system_->log();
}

}  // namespace
}  // namespace ticketing::system
