#include "common/base/described.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ticketing {
namespace {

enum class Colour { red, green, operator_ };
BOOST_DESCRIBE_ENUM(Colour, red, green, operator_)

struct Place {
  std::string hall;
  std::optional<int> door;
};
BOOST_DESCRIBE_STRUCT(Place, (), (hall, door))

struct Show {
  std::string id;
  Colour colour = Colour::red;
  std::optional<std::string> note;
  Place place;
  int secret = 0;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id, colour, note, place, secret))

TEST(DescribedEnum, NamesItsValuesAndReadsThemBack) {
  EXPECT_EQ(name_of(Colour::green), "green");
  EXPECT_EQ(name_of(Colour::operator_), "operator");
  for (const Colour c : {Colour::red, Colour::green, Colour::operator_}) {
    EXPECT_EQ(value_named<Colour>(name_of(c)), c);
  }
  for (const char* text : {"Red", "operator_", "", "blue"}) {
    EXPECT_FALSE(value_named<Colour>(text)) << text;
  }
}

TEST(DescribedRecord, LeadsThroughItsMembersInTheirOrder) {
  std::string names;
  for_each_member<Show>([&]<class D>(D) { names += std::string(D::name) + " "; });
  EXPECT_EQ(names, "id colour note place secret ");
}

struct Forgetful {
  std::string id;
  std::string forgotten;
};
BOOST_DESCRIBE_STRUCT(Forgetful, (), (id))

TEST(DescribedRecord, WithoutOneOfItsMembersDoesNotCompile) {
  static_assert(described::is_complete<Show>());
  static_assert(!described::is_complete<Forgetful>());
}

struct Answer {
  struct Where {
    std::string hall;
  };
  std::string id;
  std::string colour;
  std::string note;
  Where place;
  bool is_new = true;
};
BOOST_DESCRIBE_STRUCT(Answer::Where, (), (hall))
BOOST_DESCRIBE_STRUCT(Answer, (), (id, colour, note, place, is_new))

TEST(Matching, TakesMembersOfTheSameNameAndLeavesThoseThatAreNamed) {
  Show show{.id = "1", .colour = Colour::green, .note = "late", .place = {.hall = "A"}};
  const auto answer = matching<Answer, &Answer::is_new>(show);
  EXPECT_EQ(answer.id, "1");
  EXPECT_EQ(answer.colour, "green");
  EXPECT_EQ(answer.note, "late");
  EXPECT_EQ(answer.place.hall, "A");
  EXPECT_TRUE(answer.is_new);
  show.note.reset();
  EXPECT_THROW((matching<Answer, &Answer::is_new>(show)), std::bad_optional_access);
}

struct Change {
  ShownText<5> id;
  Patch<ShownText<5>> note;
  Patch<int> secret;
};
BOOST_DESCRIBE_STRUCT(Change, (), (id, note, secret))

TEST(Apply, ChangesTheMembersThatAreGivenAndNoOthers) {
  Show show{.id = "1", .colour = Colour::green, .note = "late", .place = {.hall = "A"}};
  apply(show, Change{.id = "2"});
  EXPECT_EQ(show.id, "2");
  EXPECT_EQ(show.note, "late");
  EXPECT_EQ(show.colour, Colour::green);
  apply(show, Change{.id = "2", .note = std::optional<ShownText<5>>("early")});
  EXPECT_EQ(show.note, "early");
  apply(show, Change{.id = "2", .note = std::optional<ShownText<5>>()});
  EXPECT_FALSE(show.note);
}

TEST(Apply, ClearsWhatCannotBeEmptyToItsDefault) {
  Show show{.id = "1", .secret = 5};
  apply(show, Change{.id = "1"});
  EXPECT_EQ(show.secret, 5);
  apply(show, Change{.id = "1", .secret = std::optional<int>(7)});
  EXPECT_EQ(show.secret, 7);
  apply(show, Change{.id = "1", .secret = std::optional<int>()});
  EXPECT_EQ(show.secret, 0);
}

}  // namespace
}  // namespace ticketing
