#include "common/json/described.hpp"

#include <gtest/gtest.h>

namespace ticketing::json {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Facts {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(Facts, (), (id))

struct Show : Facts {
  struct Place {
    std::string hall_name;
    std::optional<std::int64_t> door;
  };
  Money price;
  Timestamp begins_at;
  Colour colour = Colour::red;
  std::optional<Money> face_value;
  Flag sold_out;
  bool is_open = false;
  Place place;
};
BOOST_DESCRIBE_STRUCT(Show::Place, (), (hall_name, door))
BOOST_DESCRIBE_STRUCT(Show, (Facts),
                      (price, begins_at, colour, face_value, sold_out, is_open, place))

// What can be read: enumerations are words of the program that writes them.
struct Order {
  std::string id;
  Money price;
  Timestamp begins_at;
  std::optional<Money> face_value;
  Flag sold_out;
  bool is_open = true;
  Show::Place place;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, price, begins_at, face_value, sold_out, is_open, place))

constexpr MoneyLimits limits{.cents_min = 1, .cents_max = 10'000};

TEST(DescribedJson, WritesMembersInTheirOrderAndLeavesOutWhatIsNotThere) {
  Show show;
  show.id = "1";
  show.price = Money{1950};
  show.begins_at = from_millis(0);
  show.place.hall_name = "A";
  EXPECT_EQ(to_json(show),
            R"({"id":"1","price":19.5,"beginsAt":"1970-01-01T00:00:00.000Z","colour":"red",)"
            R"("isOpen":false,"place":{"hallName":"A"}})");
  show.colour = Colour::green;
  show.face_value = Money{2000};
  show.sold_out = true;
  show.place.door = 4;
  EXPECT_EQ(to_json(show),
            R"({"id":"1","price":19.5,"beginsAt":"1970-01-01T00:00:00.000Z","colour":"green",)"
            R"("faceValue":20,"soldOut":true,"isOpen":false,"place":{"hallName":"A","door":4}})");
}

TEST(DescribedJson, ReadsWhatItWroteAndWhatAnOlderProgramWrote) {
  Show show;
  show.id = "1";
  show.price = Money{1950};
  show.place = {.hall_name = "A", .door = 4};
  show.face_value = Money{2000};
  show.sold_out = true;
  const auto order = from_json<Order>(to_json(show), limits);
  ASSERT_TRUE(order) << order.error().detail;
  EXPECT_EQ(order->id, "1");
  EXPECT_EQ(order->price, Money{1950});
  EXPECT_EQ(order->face_value, Money{2000});
  EXPECT_TRUE(order->sold_out);
  EXPECT_FALSE(order->is_open);
  EXPECT_EQ(order->place.door, 4);

  const auto older =
      from_json<Order>(R"({"id":"1","price":1,"beginsAt":"1970-01-01T00:00:00.000Z","isOpen":true,)"
                       R"("faceValue":null,"place":{"hallName":"A"},"unknown":{}})",
                       limits);
  ASSERT_TRUE(older) << older.error().detail;
  EXPECT_FALSE(older->face_value);
  EXPECT_FALSE(older->sold_out);
  EXPECT_FALSE(older->place.door);
}

TEST(DescribedJson, NamesEveryFieldAtFault) {
  const auto order = from_json<Order>(
      R"({"id":5,"price":1000,"beginsAt":"today","faceValue":"x","soldOut":1,"place":{"door":"x"}})",
      limits);
  ASSERT_FALSE(order);
  std::string fields;
  for (const FieldError& fault : order.error().fields) fields += fault.field + " ";
  EXPECT_EQ(fields, "id price beginsAt faceValue soldOut isOpen place.hallName place.door ");
}

}  // namespace
}  // namespace ticketing::json
