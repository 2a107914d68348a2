// What sellers send for their tickets, on made-up time.
#include "delivery/operations.hpp"

#include <gmock/gmock.h>

#include "delivery/test_delivery.hpp"

namespace ticketing::delivery {
namespace {

class UploadTest : public DeliveryTest {
 protected:
  static Task<> nothing() { co_return; }
  static Task<> killed() {
    throw Unavailable("killed");
    co_return;
  }
  // Right before the ticket gets the upload: after the commits of its rows and, if there is one, of
  // its file.
  void before_the_change(int commits, std::function<Task<>()> hook) {
    platform_.pass(std::chrono::seconds{1});  // what is to be published has been
    for (int i = 0; i < commits; ++i)
      platform_.database().before_next_commit([] { return nothing(); });
    platform_.database().before_next_commit(std::move(hook));
  }
  std::size_t ready_events() { return events("delivery.ready").size(); }
  const std::string ticket_ = tickets_.list();
};

const db::Sql reserve_ticket{"test_reserve_ticket",
                             "UPDATE tickets SET status = 'reserved' WHERE id = $1"};
const db::Sql claim_all_codes{
    "test_claim_all_codes",
    "INSERT INTO listed_codes (fingerprint, ticket_id) SELECT fingerprint, 'another' FROM codes"};

TEST_F(UploadTest, IsReadAndBelongsToItsTicket) {
  const auto answer = put_file(ticket_, "code 1\ncode 2");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, UploadState::ready);
  EXPECT_EQ(answer->pages, 1);
  EXPECT_EQ(answer->barcodes, 2);
  EXPECT_EQ(count("uploads WHERE unused_at IS NULL"), 1);
  const auto all = events("delivery.ready");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].payload, R"({"ticketId":")" + ticket_ + "\"}");
}

TEST_F(UploadTest, WithoutACodeIsKept) {
  const auto answer = put_file(ticket_, "");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, UploadState::ready);
  EXPECT_EQ(answer->barcodes, 0);
}

TEST_F(UploadTest, ThatCannotBeReadIsRejectedAndLeavesTheOneBefore) {
  ASSERT_TRUE(put_file(ticket_, "code"));
  const auto answer = put_file(ticket_, "damaged");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, UploadState::rejected);
  EXPECT_EQ(answer->reason, "file_unreadable");
  EXPECT_EQ(count("uploads"), 1);
  EXPECT_THROW(put_file(ticket_, "busy"), Unavailable);
  EXPECT_EQ(ready_events(), 1U);
}

TEST_F(UploadTest, ThatIsSentAgainGivesTheSameAnswerAndIsNotReadAgain) {
  const auto first = put_file(ticket_, "code");
  const auto again = put_file(ticket_, "code");
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->barcodes, first->barcodes);
  EXPECT_EQ(reader_->calls, 1);
  EXPECT_EQ(count("uploads"), 1);
  EXPECT_EQ(ready_events(), 1U);
  ASSERT_TRUE(put_code(ticket_, "typed") && put_code(ticket_, "typed"));
  EXPECT_EQ(count("uploads"), 2);
}

TEST_F(UploadTest, IsTheSellersAloneAndIsNotReadForOthers) {
  EXPECT_EQ(refusal_of(put_file(ticket_, "code", "stranger")), "not_your_ticket");
  EXPECT_EQ(refusal_of(put_code(ticket_, "code", "stranger")), "not_your_ticket");
  tickets_.set(ticket_, "reserved", "order");
  EXPECT_EQ(refusal_of(put_file(ticket_, "code")), "ticket_reserved");
  tickets_.set(ticket_, "sold", "order");
  EXPECT_EQ(refusal_of(put_file(ticket_, "code")), "ticket_sold");
  EXPECT_EQ(refusal_of(put_code(ticket_, "code", "buyer")), "not_your_ticket");
  const std::string unknown = platform_.next_id();
  EXPECT_EQ(refusal_of(put_file(unknown, "code")), "ticket_not_found");
  EXPECT_EQ(reader_->calls, 0);
  EXPECT_EQ(count("uploads"), 0);
}

TEST_F(UploadTest, IsNotSetOnATicketThatWasReservedMeanwhile) {
  before_the_change(2, [&] { return platform_.database().write(reserve_ticket(ticket_)); });
  EXPECT_EQ(refusal_of(put_file(ticket_, "code")), "ticket_reserved");
  EXPECT_EQ(count("listed_codes"), 0) << "its code is still free";
  EXPECT_EQ(ready_events(), 0U);
}

TEST_F(UploadTest, OfACodeThatAnotherTicketHasIsRefused) {
  ASSERT_TRUE(put_file(ticket_, "code 1\ncode 2"));
  const std::string other = tickets_.list("other seller");
  EXPECT_EQ(refusal_of(put_file(other, "code 3\ncode 2", "other seller")), "duplicate_ticket");
  EXPECT_EQ(refusal_of(put_code(other, "code 1", "other seller")), "duplicate_ticket");
  EXPECT_TRUE(put_code(other, "code 3", "other seller")) << "a refused file takes no code";
}

// A scanner at the door lets in the first of two that say the same.
TEST_F(UploadTest, OfTheSameCodeForAnotherShowOrInAnotherFormIsRefused) {
  ASSERT_TRUE(put_file(ticket_, "Gr\u00fc\u00dfe 1"));
  const auto refusal = [&](TypedCode code, std::optional<std::string> show = std::nullopt) {
    const std::string other = tickets_.list("other seller", std::move(show));
    return refusal_of(run(operations_.put_code(other, "other seller", std::move(code))));
  };
  EXPECT_EQ(refusal({.text = "Gr\u00fc\u00dfe 1"}, "show"), "duplicate_ticket");
  EXPECT_EQ(refusal({.format = reading::CodeFormat::aztec, .text = "Gr\u00fc\u00dfe 1"}),
            "duplicate_ticket");
  EXPECT_EQ(refusal({.text = " Gr\u00fc\u00dfe 1\u00a0\n"}), "duplicate_ticket");
  EXPECT_EQ(refusal({.text = "Gru\u0308\u00dfe1"}), "duplicate_ticket");
  EXPECT_EQ(refusal({.text = "gr\u00fc\u00dfe 1"}), "") << "codes tell upper from lower case";
}

TEST_F(UploadTest, OfAFileWithoutACodeThatAnotherTicketHasIsRefused) {
  ASSERT_TRUE(put_file(ticket_, "\n"));
  const std::string other = tickets_.list("other seller");
  EXPECT_EQ(refusal_of(put_file(other, "\n", "other seller")), "duplicate_ticket");
  EXPECT_TRUE(put_file(other, "\n\n", "other seller"));
  tickets_.set(ticket_, "withdrawn");
  EXPECT_TRUE(put_file(tickets_.list(), "\n"));
}

TEST_F(UploadTest, WithPagesThatWereNotReadIsRejected) {
  const auto answer = put_file(ticket_, "long");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, UploadState::rejected);
  EXPECT_EQ(answer->reason, "too_many_pages");
  EXPECT_EQ(count("uploads"), 0);
}

TEST_F(UploadTest, OfACodeThatAnotherTicketGetsMeanwhileIsRefused) {
  before_the_change(1, [&] { return platform_.database().write(claim_all_codes()); });
  EXPECT_EQ(refusal_of(put_code(ticket_, "code")), "duplicate_ticket");
  EXPECT_EQ(count("tickets WHERE upload_id IS NOT NULL"), 0);
}

TEST_F(UploadTest, ThatReplacesAnotherFreesItsCodes) {
  ASSERT_TRUE(put_file(ticket_, "code 1\ncode 2"));
  ASSERT_TRUE(put_file(ticket_, "code 2\ncode 3"));
  const std::string other = tickets_.list();
  EXPECT_EQ(refusal_of(put_code(other, "code 2")), "duplicate_ticket");
  EXPECT_TRUE(put_code(other, "code 1"));
  EXPECT_EQ(count("uploads WHERE unused_at IS NULL"), 2);
}

TEST_F(UploadTest, KeepsItsCodesWhenItIsSoldAndFreesThemWhenItIsWithdrawn) {
  ASSERT_TRUE(put_code(ticket_, "code"));
  const std::string other = tickets_.list("other seller");
  for (const char* status : {"reserved", "sold", "available"}) {
    tickets_.set(ticket_, status);
    EXPECT_EQ(refusal_of(put_code(other, "code", "other seller")), "duplicate_ticket") << status;
  }
  tickets_.set(ticket_, "withdrawn");
  EXPECT_TRUE(put_code(other, "code", "other seller"));
  EXPECT_EQ(refusal_of(put_code(ticket_, "code")), "ticket_withdrawn");
}

TEST_F(UploadTest, IsErasedAnHourAfterItsTicketDoesNotHaveItAnyMore) {
  ASSERT_TRUE(put_file(ticket_, "first"));
  ASSERT_TRUE(put_file(ticket_, "second"));
  const std::string withdrawn = tickets_.list();
  ASSERT_TRUE(put_file(withdrawn, "third"));
  tickets_.set(withdrawn, "withdrawn");
  erase_after(std::chrono::minutes{59});
  EXPECT_EQ(count("uploads"), 3);
  erase_after(std::chrono::minutes{2});
  EXPECT_EQ(count("uploads"), 1);
  EXPECT_EQ(count("codes"), 1);
  EXPECT_EQ(count("file_parts"), 1);
  erase_after(std::chrono::hours{1'000});
  EXPECT_EQ(count("uploads WHERE sealed_key <> ''"), 1) << "the ticket has it";
}

TEST_F(UploadTest, OfAKilledProcessIsErased) {
  before_the_change(2, [] { return killed(); });
  EXPECT_THROW(put_file(ticket_, "code"), Unavailable);
  EXPECT_EQ(count("uploads"), 1);
  EXPECT_EQ(count("listed_codes"), 0);
  erase_after(std::chrono::minutes{61});
  EXPECT_EQ(count("uploads"), 0);
  EXPECT_EQ(count("file_parts"), 0);
  EXPECT_TRUE(put_file(ticket_, "code"));
}

TEST_F(UploadTest, IsLimitedForEachUser) {
  for (int i = 0; i < 120; ++i) ASSERT_TRUE(put_file(ticket_, "damaged"));
  EXPECT_EQ(refusal_of(put_file(ticket_, "code")), "too_many_files");
  EXPECT_EQ(refusal_of(put_code(ticket_, "code")), "too_many_files");
  EXPECT_EQ(reader_->calls, 120);
  EXPECT_TRUE(put_code(tickets_.list("another"), "code", "another"));
}

TEST_F(UploadTest, IsRefusedWhereItsSellerHasManyFilesForSale) {
  std::vector<std::string> tickets;
  for (int i = 0; i < settings_.kept_max.files; ++i) {
    tickets.push_back(tickets_.list());
    ASSERT_TRUE(put_file(tickets.back(), "code " + std::to_string(i)));
  }
  const int read_before = reader_->calls;
  EXPECT_EQ(refusal_of(put_file(ticket_, "one more")), "too_many_files_kept");
  EXPECT_EQ(reader_->calls, read_before) << "it is not read";
  EXPECT_TRUE(put_code(ticket_, "typed")) << "a code is no file";
  EXPECT_TRUE(put_file(tickets[0], "in place of code 0"));
  EXPECT_TRUE(put_file(tickets_.list("another"), "code", "another"));
  tickets_.set(tickets[1], "sold", "order");
  EXPECT_TRUE(put_file(ticket_, "one more"));
  tickets_.set(tickets[2], "withdrawn");
  EXPECT_TRUE(put_file(tickets_.list(), "and one more"));
  EXPECT_EQ(refusal_of(put_file(tickets_.list(), "too many")), "too_many_files_kept");
}

TEST_F(UploadTest, IsRefusedWhereItsSellerHasManyBytesForSale) {
  const auto bytes = static_cast<std::size_t>(settings_.kept_max.bytes);
  const std::string most(bytes - 10, 'm'), second = tickets_.list();
  ASSERT_TRUE(put_file(ticket_, most));
  EXPECT_TRUE(put_file(second, "ten bytes."));
  EXPECT_EQ(refusal_of(put_file(second, "eleven byte")), "too_many_bytes_kept");
  EXPECT_TRUE(put_file(ticket_, "small now"));
  EXPECT_TRUE(put_file(second, most)) << "what was replaced counts no more";
}

Task<> fill(Operations& operations, std::string ticket_id, std::size_t bytes) {
  co_await operations.put_file(std::move(ticket_id), {.user_id = "seller"},
                               {.media_type = "application/pdf", .bytes = std::string(bytes, 'f')});
}

// Two files of the last room, at the same time: what is stored decides.
TEST_F(UploadTest, FindsTheRoomTakenByAnotherThatWasFaster) {
  const auto bytes = static_cast<std::size_t>(settings_.kept_max.bytes);
  const std::string second = tickets_.list();
  before_the_change(1, [this, second, bytes] { return fill(operations_, second, bytes); });
  EXPECT_EQ(refusal_of(put_file(ticket_, "late")), "too_many_bytes_kept");
}

TEST_F(UploadTest, FollowsTicketsInAnyOrder) {
  tickets_.set(ticket_, "reserved", "order");
  contracts::TicketUpdated old = tickets_[ticket_];
  tickets_.set(ticket_, "available");
  platform_.publish_as("tickets", old);
  tickets_.publish_again(ticket_);
  EXPECT_TRUE(put_code(ticket_, "code"));
  EXPECT_EQ(count("tickets"), 1);
}

// A search for the bytes themselves, in all tables.
TEST_F(UploadTest, IsSealedWhereverItIsStored) {
  const std::string secret = "SECRET-7381-4495";
  ASSERT_TRUE(put_file(ticket_, "%PDF " + secret + "\n" + secret + "-2"));
  ASSERT_TRUE(put_code(tickets_.list(), secret));
  platform_.pass(std::chrono::seconds{1});
  for (const std::string& file : platform_.stored_files()) {
    EXPECT_THAT(file, testing::Not(testing::HasSubstr(secret)));
    EXPECT_THAT(file, testing::Not(testing::HasSubstr(secret.substr(0, 11))));
  }
}

}  // namespace
}  // namespace ticketing::delivery
