// What becomes of the files and codes that a deleted account has bought or sold.
#include "contracts/auth_events.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

class DeletedAccountTest : public AssignmentsTest {
 protected:
  void erase(const std::string& user_id) {
    platform_.publish_as(
        "auth", contracts::UserErased{.id = user_id, .version = 1, .erased_at = platform_.now()});
    sweep();
  }
  void sweep() { run(assignments_.erasure().sweep()); }
  // Until the files are gone, too.
  void erase_files() { run(operations_.erase_what_is_over()); }
};

TEST_F(DeletedAccountTest, LosesWhatItWasShown) {
  const std::string order = buy();
  ASSERT_TRUE(reveal(order));
  erase("buyer");
  EXPECT_EQ(count("uploads WHERE sealed_key <> ''"), 0) << "at once";
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased") << "by a session that is still good";
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_erased");
  erase("buyer");
  erase_files();
  EXPECT_EQ(count("assignments WHERE state = 'revealed'"), 1) << "that it was shown is a record";
}

// Who has saved it could sell it once more, as a user without a past.
TEST_F(DeletedAccountTest, DoesNotFreeTheCodeThatItWasShown) {
  ASSERT_TRUE(reveal(buy()));
  erase("buyer");
  erase_files();
  EXPECT_EQ(refusal_of(put_file(tickets_.list(), "code 1")), "duplicate_ticket");
}

// With a refund it is for sale again.
TEST_F(DeletedAccountTest, LeavesWhatItWasNotShown) {
  const std::string order = buy();
  erase("buyer");
  erase_files();
  EXPECT_EQ(count("uploads WHERE sealed_key <> ''"), 1);
  EXPECT_TRUE(reveal(order)) << "by a session that is still good";
  sweep();
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_erased");
}

TEST_F(DeletedAccountTest, LeavesWhatItSoldToItsBuyer) {
  const std::string order = buy();
  erase("seller");
  erase_files();
  EXPECT_TRUE(reveal(order));
  EXPECT_TRUE(read_file(order));
}

// tickets withdraws it.
TEST_F(DeletedAccountTest, LosesWhatItOfferedWithTheListing) {
  ticket_ = tickets_.list();
  ASSERT_TRUE(put_file(ticket_, "code 1"));
  erase("seller");
  tickets_.set(ticket_, "withdrawn");
  erase_after(std::chrono::hours{2});
  EXPECT_EQ(count("codes"), 0);
  EXPECT_EQ(count("uploads"), 0);
}

TEST_F(DeletedAccountTest, LosesWhatComesLate) {
  erase("buyer");
  const std::string order = buy();
  ASSERT_TRUE(reveal(order));
  sweep();
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_erased");
}

}  // namespace
}  // namespace ticketing::delivery::assignments
