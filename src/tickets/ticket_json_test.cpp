#include "tickets/ticket_json.hpp"

#include "fixtures/described_schema.hpp"

namespace ticketing::tickets {
namespace {

TEST(TicketJson, IsAsTheApisDescriptionSays) {
  fixtures::expect_answer_as_described<TicketAnswer>("Ticket");
  fixtures::expect_answer_as_described<SaleAnswer>("Sale");
  fixtures::expect_input_as_described<TicketDetails>("TicketInput");
  fixtures::expect_input_as_described<TicketDetails>("TicketChange");
}

}  // namespace
}  // namespace ticketing::tickets
