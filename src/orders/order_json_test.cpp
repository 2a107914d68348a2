#include "orders/order_json.hpp"

#include "fixtures/described_schema.hpp"

namespace ticketing::orders {
namespace {

TEST(OrderJson, IsAsTheApisDescriptionSays) {
  fixtures::expect_answer_as_described<OrderAnswer>("Order");
  fixtures::expect_answer_as_described<OrderedTicket>("OrderedTicket");
}

}  // namespace
}  // namespace ticketing::orders
