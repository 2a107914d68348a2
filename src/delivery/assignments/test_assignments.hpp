// What becomes of the tickets of orders, on made-up time. Part of no library.
#pragma once

#include <string>
#include <vector>

#include "contracts/delivery_events.hpp"
#include "delivery/test_delivery.hpp"

namespace ticketing::delivery::assignments {

// What another replica does.
inline const db::Sql release_meanwhile{
    "test_release_meanwhile",
    "UPDATE assignments SET state = 'released', version = version + 1 WHERE id = $1"};
inline const db::Sql reveal_meanwhile{
    "test_reveal_meanwhile",
    "UPDATE assignments SET state = 'revealed', version = version + 1, revealed_at = 5, upload_id "
    "= "
    "(SELECT t.upload_id FROM tickets t WHERE t.id = assignments.ticket_id) WHERE id = $1"};

class AssignmentsTest : public DeliveryTest {
 protected:
  explicit AssignmentsTest(bool requires_proof = false) : DeliveryTest(requires_proof) {}

  // A ticket with two codes in a file, bought by "buyer".
  std::string buy(const std::string& file = "code 1\ncode 2") {
    ticket_ = tickets_.list();
    if (!file.empty()) EXPECT_TRUE(put_file(ticket_, file));
    return sell();
  }
  std::string sell(const std::string& buyer = "buyer") {
    const std::string order_id = platform_.next_id();
    tickets_.set(ticket_, "sold", order_id);
    payments_.capture(order_id, ticket_, buyer);
    platform_.pass(std::chrono::seconds{1});  // what is to be published has been
    return order_id;
  }
  Result<RevealedTicket> reveal(const std::string& order_id, const std::string& user = "buyer") {
    return run(assignments_.reveal(order_id, user));
  }
  Result<TicketStateAnswer> state(const std::string& order_id, const std::string& user = "buyer") {
    return run(assignments_.find_state(order_id, user));
  }
  Result<TicketFile> read_file(const std::string& order_id, const std::string& user = "buyer") {
    return run(assignments_.read_file(order_id, user));
  }
  void write(const db::Statement& statement) { run(platform_.database().write(statement)); }
  std::vector<contracts::DeliveryReleased> released() {
    std::vector<contracts::DeliveryReleased> all;
    for (const bus::Event& event : events("delivery.released"))
      all.push_back(*contracts::decode<contracts::DeliveryReleased>(event.payload));
    return all;
  }
  std::vector<contracts::DeliveryRevealed> revealed() {
    std::vector<contracts::DeliveryRevealed> all;
    for (const bus::Event& event : events("delivery.revealed"))
      all.push_back(*contracts::decode<contracts::DeliveryRevealed>(event.payload));
    return all;
  }

  std::string ticket_;
};

}  // namespace ticketing::delivery::assignments
