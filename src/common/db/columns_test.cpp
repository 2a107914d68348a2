#include "common/db/columns.hpp"

#include <gtest/gtest.h>

namespace ticketing::db {
namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Shelf {
  std::string id;
  std::optional<Money> price;
};
BOOST_DESCRIBE_STRUCT(Shelf, (), (id, price))

struct Hall {
  std::string id;
  std::int64_t version = 0;
  Colour colour = Colour::red;
  bool is_open = false;
  std::optional<Timestamp> closed_at;
  Shelf shelf;
};
BOOST_DESCRIBE_STRUCT(Hall, (), (id, version, colour, is_open, closed_at, shelf))

struct Joined {
  Hall hall;
  std::optional<Shelf> best;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Joined, (), (hall, best, count))

const Columns<Hall> hall{{{"shelf.id", "shelf_id"}}};

TEST(Columns, AreNamedLikeTheMembers) {
  EXPECT_EQ(hall.list(), "id, version, colour, is_open, closed_at, shelf_id, price_cents");
  const Columns<Hall> two{{{"shelf.id", "shelf_id"}, {"shelf.price", "shelf_cents"}}};
  EXPECT_EQ(two.list(), "id, version, colour, is_open, closed_at, shelf_id, shelf_cents");
  EXPECT_EQ(Columns<Shelf>().list("s"), "s.id, s.price_cents");
  EXPECT_EQ(Columns<Shelf>().values(), "CAST(:id AS text), CAST(:price_cents AS bigint)");
  EXPECT_EQ(hall.assignments({"id", "version", "shelf_id", "is_open", "closed_at"}),
            "colour = :colour, price_cents = :price_cents");
}

TEST(RecordSql, BindsTheMembersThatItsTextNames) {
  const RecordSql<Hall> sql{
      "test_update_hall",
      hall,
      "UPDATE halls SET event = :event, version = :version, price_cents = :price_cents, is_open = "
      ":is_open, colour = :colour, closed_at = :closed_at WHERE id = :id AND version + 1 = "
      ":version AND shelf_id = :shelf_id AND owner = :owner",
      {"event", "owner"}};
  const Hall record{.id = "h",
                    .version = 3,
                    .colour = Colour::green,
                    .is_open = true,
                    .shelf = {.id = "s", .price = Money{5}}};
  const Statement statement = sql(record, "e", "o");
  EXPECT_EQ(
      statement.sql->text(),
      "UPDATE halls SET event = $1, version = $2, price_cents = $3, is_open = $4, colour = "
      "$5, closed_at = $6 WHERE id = $7 AND version + 1 = $2 AND shelf_id = $8 AND owner = $9");
  EXPECT_EQ(statement.params, (std::vector<Value>{"e", 3, 5, 1, "green", {}, "h", "s", "o"}));
}

struct Door {
  std::string id;
  Flag is_locked;
};
BOOST_DESCRIBE_STRUCT(Door, (), (id, is_locked))

TEST(RecordSql, TakesAFlagAsANumberThatIsReadBack) {
  const Columns<Door> columns;
  const RecordSql<Door> sql{"test_insert_door", columns,
                            "INSERT INTO doors VALUES (" + columns.values() + ")"};
  EXPECT_EQ(columns.values(), "CAST(:id AS text), CAST(:is_locked AS bigint)");
  for (const bool is_locked : {false, true}) {
    const Statement statement = sql({.id = "d", .is_locked = is_locked});
    EXPECT_EQ(statement.params, (std::vector<Value>{"d", is_locked ? 1 : 0}));
    EXPECT_EQ(Row(statement.params, columns.shape()).as<Door>().is_locked, is_locked);
  }
}

Row row_of(std::vector<Value> values) {
  return {std::move(values), Columns<Joined>{{{"best.id", "best_id"}}}.shape()};
}

TEST(Row, IsReadAsTheRecordOfItsStatement) {
  const auto all = row_of({"h", 3, "green", 1, 1'700'000'000'000, "s", 5, "b", {}, 9}).as<Joined>();
  EXPECT_EQ(all.hall.id, "h");
  EXPECT_EQ(all.hall.colour, Colour::green);
  EXPECT_TRUE(all.hall.is_open);
  EXPECT_EQ(all.hall.closed_at, from_millis(1'700'000'000'000));
  EXPECT_EQ(all.hall.shelf.price, Money{5});
  ASSERT_TRUE(all.best);
  EXPECT_EQ(all.best->id, "b");
  EXPECT_FALSE(all.best->price);
  EXPECT_EQ(all.count, 9);
  const auto none = row_of({"h", 3, "red", 0, {}, "s", {}, {}, {}, 9}).as<Joined>();
  EXPECT_FALSE(none.hall.closed_at);
  EXPECT_FALSE(none.best);
  EXPECT_EQ(none.count, 9);
}

TEST(Row, IsReadByTheNamesOfItsColumns) {
  const Row row = row_of({"h", 3, "green", 1, {}, "s", 5, "b", {}, 9});
  EXPECT_EQ(row.text("best_id"), "b");
  EXPECT_EQ(row.integer("count"), 9);
  EXPECT_TRUE(row.is_null("closed_at"));
  EXPECT_FALSE(row.optional_time("closed_at"));
}

TEST(RowDeathTest, ThatIsReadAsSomethingElseEndsTheProcess) {
  const Row row = row_of({"h", 3, "green", 1, {}, "s", 5, "b", {}, 9});
  EXPECT_DEATH(static_cast<void>(row.as<Hall>()), "record_tag");
  EXPECT_DEATH(static_cast<void>(row.text("nothing")), "nothing");
  EXPECT_DEATH(static_cast<void>(row.text("count")), "value != nullptr");
}

TEST(SqlDeathTest, WhoseColumnsAreNotThoseOfItsRecordEndsTheProcess) {
  const Sql sql{"test_halls", "SELECT id, price FROM shelves", Columns<Shelf>()};
  EXPECT_DEATH(sql.check_columns({"id", "price"}), "declared_->columns == columns");
  EXPECT_EQ(&sql.check_columns({"id", "price_cents"}), sql.declared_shape());
}

}  // namespace
}  // namespace ticketing::db
