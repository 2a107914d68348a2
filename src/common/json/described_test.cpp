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
  Flag closed;
  bool is_open = false;
  Place place;
  std::vector<std::string> guests;
};
BOOST_DESCRIBE_STRUCT(Show::Place, (), (hall_name, door))
BOOST_DESCRIBE_STRUCT(Show, (Facts),
                      (price, begins_at, colour, face_value, closed, is_open, place, guests))

// What can be read: enumerations are words of the program that writes them.
struct Known {
  std::string id;
  Money price;
  Timestamp begins_at;
  std::optional<Money> face_value;
  Flag closed;
  bool is_open = true;
  Show::Place place;
};
BOOST_DESCRIBE_STRUCT(Known, (), (id, price, begins_at, face_value, closed, is_open, place))

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
  show.closed = true;
  show.place.door = 4;
  show.guests = {"Ann", "Bo"};
  EXPECT_EQ(to_json(show),
            R"({"id":"1","price":19.5,"beginsAt":"1970-01-01T00:00:00.000Z","colour":"green",)"
            R"("faceValue":20,"closed":true,"isOpen":false,"place":{"hallName":"A","door":4},)"
            R"("guests":["Ann","Bo"]})");
}

TEST(DescribedJson, ReadsWhatItWroteAndWhatAnOlderProgramWrote) {
  Show show;
  show.id = "1";
  show.price = Money{1950};
  show.place = {.hall_name = "A", .door = 4};
  show.face_value = Money{2000};
  show.closed = true;
  const auto known = from_json<Known>(to_json(show), limits);
  ASSERT_TRUE(known) << known.error().detail;
  EXPECT_EQ(known->id, "1");
  EXPECT_EQ(known->price, Money{1950});
  EXPECT_EQ(known->face_value, Money{2000});
  EXPECT_TRUE(known->closed);
  EXPECT_FALSE(known->is_open);
  EXPECT_EQ(known->place.door, 4);

  const auto older =
      from_json<Known>(R"({"id":"1","price":1,"beginsAt":"1970-01-01T00:00:00.000Z","isOpen":true,)"
                       R"("faceValue":null,"place":{"hallName":"A"},"unknown":{}})",
                       limits);
  ASSERT_TRUE(older) << older.error().detail;
  EXPECT_FALSE(older->face_value);
  EXPECT_FALSE(older->closed);
  EXPECT_FALSE(older->place.door);
}

TEST(DescribedJson, NamesEveryFieldAtFault) {
  const auto known = from_json<Known>(
      R"({"id":5,"price":1000,"beginsAt":"today","faceValue":"x","closed":1,"place":{"door":"x"}})",
      limits);
  ASSERT_FALSE(known);
  std::string fields;
  for (const FieldError& fault : known.error().fields) fields += fault.field + " ";
  EXPECT_EQ(fields, "id price beginsAt faceValue closed isOpen place.hallName place.door ");
}

struct Listing {
  ShownText<5> title;
  std::optional<ShownText<5>> row;
  Patch<ShownText<5>> shelf;
};
BOOST_DESCRIBE_STRUCT(Listing, (), (title, row, shelf))

TEST(DescribedJson, ReadsLinesOfTextWithoutWhiteSpaceAtTheirEnds) {
  const auto listing = from_json<Listing>(R"({"title":" Opera ","row":" 7","shelf":"12 "})");
  ASSERT_TRUE(listing) << listing.error().detail;
  EXPECT_EQ(listing->title.text, "Opera");
  EXPECT_EQ(listing->row->text, "7");
  EXPECT_EQ(listing->shelf.value()->text, "12");
}

TEST(DescribedJson, DistinguishesAFieldThatIsLeftOutFromOneThatIsCleared) {
  const auto left_out = from_json<Listing>(R"({"title":"Opera"})");
  ASSERT_TRUE(left_out);
  EXPECT_FALSE(left_out->row);
  EXPECT_FALSE(left_out->shelf.is_given());
  for (const char* cleared : {"null", R"("")", R"(" \u00a0")"}) {
    const auto listing = from_json<Listing>(R"({"title":"Opera","row":)" + std::string(cleared) +
                                            R"(,"shelf":)" + cleared + "}");
    ASSERT_TRUE(listing) << listing.error().detail;
    EXPECT_FALSE(listing->row) << cleared;
    EXPECT_TRUE(listing->shelf.is_given()) << cleared;
    EXPECT_FALSE(listing->shelf.value()) << cleared;
  }
}

TEST(DescribedJson, NamesLinesOfTextThatBreakTheRules) {
  const auto listing = from_json<Listing>(R"({"title":" ","row":"123456","shelf":"a\nb"})");
  ASSERT_FALSE(listing);
  std::string faults;
  for (const FieldError& fault : listing.error().fields) faults += fault.message + "; ";
  EXPECT_EQ(faults,
            "title must not be empty; row must have at most 5 characters; shelf must not contain "
            "line breaks, direction overrides or control characters; ");
  const auto others = from_json<Listing>(R"({"title":5,"row":[],"shelf":true})");
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().fields.size(), 3U);
}

}  // namespace
}  // namespace ticketing::json
