// Events that the stream drops before a listener has got them come again, from the tables of their
// owners, without an operator. Needs the distributed shape; it starts one of its own.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "system/distributed_system.hpp"
#include "system/marketplace.hpp"
#include "system/nats_console.hpp"

namespace ticketing::system {
namespace {

using std::chrono::seconds;

class LostEvents : public testing::Test {
 protected:
  TableRows tickets_of(const std::string& service) {
    return system_.query(
        service, "SELECT id, version, title, price_cents, section FROM tickets ORDER BY id");
  }
  bool copies_are_equal(seconds limit) {
    return wait_until([&] { return tickets_of("orders") == tickets_of("tickets"); }, patient(limit),
                      std::chrono::milliseconds{100});
  }
  bool all_is_published() {
    return wait_until(
        [&] {
          return system_.query("tickets", "SELECT 1 FROM outbox WHERE published_at IS NULL")
              .empty();
        },
        patient(seconds{30}));
  }
  void change_every_ticket() {
    for (const std::string& id : ids_) {
      const Answer answer =
          seller_->http.put("/api/tickets/" + id, R"({"title":"A better seat","price":"30"})");
      ASSERT_EQ(answer.status, 200) << answer.body;
    }
    ids_.push_back(seller_->list_ticket("A new seat"));
    ASSERT_TRUE(all_is_published());
  }
  void purge() { NatsConsole(system_.servers().nats.url("operator")).purge(); }
  // Of the service tickets.
  std::size_t runs() { return system_.query("tickets", "SELECT id FROM republications").size(); }

  Marketplace marketplace_{std::make_unique<DistributedSystem>(Variables{}, 2)};
  DistributedSystem& system_ = static_cast<DistributedSystem&>(marketplace_.system());
  std::unique_ptr<Person> seller_ = marketplace_.person();
  std::vector<std::string> ids_;
};

TEST_F(LostEvents, ComeAgainToAListenerThatWasPausedWhileTheStreamWasPurged) {
  for (int i = 0; i < 10; ++i) ids_.push_back(seller_->list_ticket());
  ASSERT_TRUE(copies_are_equal(seconds{30}));
  // Until both replicas have looked, and one has stored how far it is with its six subjects.
  EXPECT_TRUE(wait_until(
      [&] {
        return !system_
                    .query("orders",
                           "SELECT 1 FROM pg_stat_user_tables WHERE relname = 'received_events' "
                           "AND n_tup_ins >= 6")
                    .empty();
      },
      patient(seconds{30}), std::chrono::milliseconds{200}));
  std::this_thread::sleep_for(patient(seconds{6}));

  // One is paused, as by a node that stands still; the other one is killed and knows only what it
  // stored.
  system_.pause_replica("orders", 0);
  system_.kill_replica("orders", 1);
  // The server delivers to a paused process what that had asked for, for 5 s.
  std::this_thread::sleep_for(seconds{7});
  change_every_ticket();
  purge();
  ASSERT_NE(tickets_of("orders"), tickets_of("tickets"));
  system_.resume_replica("orders", 0);
  system_.start_replica("orders", 1);
  EXPECT_TRUE(copies_are_equal(seconds{60})) << "the copies of orders stay as they were";
  EXPECT_EQ(runs(), 1u) << "both replicas asked, for two subjects";

  // The copies are of use: what is listed at the new price is sold at it.
  const auto buyer = marketplace_.person();
  const Answer order = buyer->order(ids_.front());
  EXPECT_EQ(order.status, 201) << order.body;
  EXPECT_EQ(text_at(order, "ticket.price"), "30");
  EXPECT_THAT(system_.dead_letters(), testing::IsEmpty());
}

}  // namespace
}  // namespace ticketing::system
