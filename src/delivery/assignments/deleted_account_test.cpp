// What becomes of the files and codes that a deleted account has bought or sold.
#include "contracts/auth_events.hpp"
#include "delivery/assignments/test_assignments.hpp"

namespace ticketing::delivery::assignments {
namespace {

class DeletedAccountTest : public AssignmentsTest {
 protected:
  explicit DeletedAccountTest(bool requires_proof = false) : AssignmentsTest(requires_proof) {}

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
  erase_files();
  EXPECT_EQ(count("codes"), 0);
  EXPECT_EQ(count("listed_codes"), 0);
  EXPECT_EQ(count("file_parts"), 0);
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased") << "by a session that is still good";
  EXPECT_EQ(refusal_of(read_file(order)), "ticket_erased");
  erase("buyer");
  erase_files();
  EXPECT_EQ(count("assignments WHERE state = 'revealed'"), 1) << "that it was shown is a record";
}

TEST_F(DeletedAccountTest, LosesWhatItWasNotShown) {
  const std::string order = buy();
  erase("buyer");
  erase_files();
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
  EXPECT_EQ(count("codes"), 0);
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
  sweep();
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
}

class DeletedAccountWithDueTicketTest : public DeletedAccountTest {
 protected:
  DeletedAccountWithDueTicketTest() : DeletedAccountTest(true) {}
};

TEST_F(DeletedAccountWithDueTicketTest, IsOpenUntilTheSellerHasGivenIt) {
  const std::string order = buy("");
  erase("buyer");
  platform_.skip(runtime::Erasure::late_max);
  sweep();
  EXPECT_EQ(count("erased_users WHERE ended_at IS NULL"), 1);
  ASSERT_TRUE(put_file(ticket_, "code 1"));
  sweep();
  EXPECT_EQ(count("erased_users WHERE ended_at IS NULL"), 0);
  EXPECT_EQ(count("uploads WHERE sealed_key <> ''"), 0);
  EXPECT_EQ(refusal_of(reveal(order)), "ticket_erased");
}

}  // namespace
}  // namespace ticketing::delivery::assignments
