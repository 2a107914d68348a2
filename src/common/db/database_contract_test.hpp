// What every adapter of the database port promises, as one suite. Include it in an adapter's test
// program and instantiate DatabaseContract with a way to open an empty database.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/db/columns.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"
#include "common/db/test_database.hpp"

namespace ticketing::db {

// One database of its own for each test; opened again, it still has its rows.
class TestStore {
 public:
  virtual ~TestStore() = default;
  virtual std::unique_ptr<Database> open(const Executor& executor,
                                         const Migrations& migrations) = 0;
};

struct TestStoreMaker {
  std::string name;
  std::function<std::unique_ptr<TestStore>()> make;
};

inline void PrintTo(const TestStoreMaker& maker, std::ostream* out) { *out << maker.name; }

class DatabaseContract : public testing::TestWithParam<TestStoreMaker> {
 protected:
  DatabaseContract() : store_(GetParam().make()) { reopen(); }

  void reopen() {
    database_.reset();
    database_ = store_->open(io_.get_executor(), migrations());
  }

  static Migrations migrations() {
    return {{.name = "001_slots",
             .sql = "CREATE TABLE slots (id text PRIMARY KEY, holder text, version bigint NOT NULL "
                    "CHECK (version >= 0)); CREATE TABLE notes (id text PRIMARY KEY, body text);"}};
  }

  std::vector<StatementResult> commit(std::vector<Statement> statements) {
    return run_task(io_,
                    database_->commit({.contends_for = "", .statements = std::move(statements)}));
  }
  StatementResult query(Statement statement) {
    return run_task(io_, database_->query(std::move(statement)));
  }
  std::int64_t count_slots() { return query(count_slots_()).first()->integer("count"); }

  const Sql insert_slot_{"insert_slot",
                         "INSERT INTO slots (id, holder, version) VALUES ($1, $2, $3)"};
  const Sql take_slot_{"take_slot",
                       "UPDATE slots SET holder = $2, version = version + 1 "
                       "WHERE id = $1 AND holder IS NULL RETURNING id, version"};
  const Sql insert_note_if_held_{
      "insert_note_if_held",
      "INSERT INTO notes (id, body) SELECT CAST($1 AS text), CAST($2 AS text) "
      "WHERE EXISTS (SELECT 1 FROM slots WHERE id = $3 AND holder = $2) ON CONFLICT DO NOTHING"};
  const Sql find_slot_{"find_slot", "SELECT id, holder, version FROM slots WHERE id = $1"};
  const Sql count_slots_{"count_slots", "SELECT count(*) AS count FROM slots"};
  const Sql count_notes_{"count_notes", "SELECT count(*) AS count FROM notes"};
  // Uses its parameters in another order than they are numbered in.
  const Sql parameters_in_disorder_{
      "parameters_in_disorder",
      "UPDATE slots SET version = $3, holder = $1 WHERE id = $2 RETURNING holder, version"};
  const Sql malformed_{"malformed", "INSERT INTO slots VALUES ("};

  asio::io_context io_;
  std::unique_ptr<TestStore> store_;
  std::unique_ptr<Database> database_;
};

TEST_P(DatabaseContract, gives_one_result_per_statement_in_their_order) {
  const auto results = commit({insert_slot_("a", std::nullopt, 0), find_slot_("a"),
                               take_slot_("a", "ann"), find_slot_("nobody")});
  ASSERT_EQ(results.size(), 4u);
  EXPECT_TRUE(results[0].empty());
  EXPECT_EQ(results[0].affected, 1);
  ASSERT_EQ(results[1].rows.size(), 1u);
  EXPECT_TRUE(results[1].rows[0].is_null("holder"));
  EXPECT_EQ(results[1].affected, 0);
  ASSERT_EQ(results[2].rows.size(), 1u);
  EXPECT_EQ(results[2].rows[0].integer("version"), 1);
  EXPECT_EQ(results[2].affected, 1);
  EXPECT_TRUE(results[3].empty());
}

struct Slot {
  std::string id;
  std::optional<std::string> holder;
  std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(Slot, (), (id, holder, version))

TEST_P(DatabaseContract, a_record_comes_back_as_it_went_in) {
  const Columns<Slot> slot;
  const RecordSql<Slot> insert{"insert_slot_record", slot,
                               "INSERT INTO slots (" + slot.list() + ") SELECT " + slot.values() +
                                   " WHERE NOT EXISTS (SELECT 1 FROM slots WHERE id = :id)"};
  const Sql all{"slot_records", "SELECT " + slot.list("s") + " FROM slots s ORDER BY s.id", slot};
  commit({insert(Slot{.id = "a", .holder = "ann", .version = 7}), insert(Slot{.id = "b"})});
  for (int i = 0; i < 2; ++i) {  // prepared, and known
    const StatementResult found = query(all());
    ASSERT_EQ(found.rows.size(), 2u);
    const auto [id, holder, version] = found.rows[0].as<Slot>();
    EXPECT_EQ(id, "a");
    EXPECT_EQ(holder, "ann");
    EXPECT_EQ(version, 7);
    EXPECT_FALSE(found.rows[1].as<Slot>().holder);
  }
}

TEST_P(DatabaseContract, a_read_sees_what_was_acknowledged_before_it) {
  for (int i = 0; i < 20; ++i) {
    commit({insert_slot_(std::to_string(i), "ann", i)});
    const StatementResult found = query(find_slot_(std::to_string(i)));
    ASSERT_EQ(found.rows.size(), 1u);
    EXPECT_EQ(found.rows[0].text("holder"), "ann");
    EXPECT_EQ(found.rows[0].integer("version"), i);
  }
}

TEST_P(DatabaseContract, parameters_go_by_their_number_not_by_their_place) {
  commit({insert_slot_("a", "ann", 1)});
  const auto results = commit({parameters_in_disorder_("bob", "a", 7)});
  ASSERT_EQ(results[0].rows.size(), 1u);
  EXPECT_EQ(results[0].rows[0].text("holder"), "bob");
  EXPECT_EQ(results[0].rows[0].integer("version"), 7);
}

TEST_P(DatabaseContract, text_of_every_kind_comes_back_as_it_went_in) {
  const std::string odd = "quote ' percent % dollar $1 \n snow \xe2\x98\x83 empty";
  commit({insert_slot_("odd", odd, 0), insert_slot_("empty", "", 0)});
  EXPECT_EQ(query(find_slot_("odd")).first()->text("holder"), odd);
  EXPECT_EQ(query(find_slot_("empty")).first()->text("holder"), "");
}

TEST_P(DatabaseContract, a_conditional_statement_whose_condition_fails_changes_nothing) {
  commit({insert_slot_("a", std::nullopt, 0)});
  const auto lost = commit({insert_note_if_held_("n1", "ann", "a")});
  EXPECT_EQ(lost[0].affected, 0);
  const auto won = commit({take_slot_("a", "ann"), insert_note_if_held_("n1", "ann", "a")});
  EXPECT_EQ(won[1].affected, 1);
  EXPECT_EQ(query(count_notes_()).first()->integer("count"), 1);
}

TEST_P(DatabaseContract, a_statement_that_violates_a_constraint_undoes_its_whole_list) {
  EXPECT_THROW(commit({insert_slot_("a", "ann", 0), insert_slot_("b", "bob", -1)}),
               std::logic_error);
  EXPECT_EQ(count_slots(), 0);
}

TEST_P(DatabaseContract, a_refused_statement_is_named_and_its_values_are_not) {
  try {
    commit({insert_slot_("a", "very-secret", -1)});
    FAIL() << "the constraint was not enforced";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("insert_slot"), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find("very-secret"), std::string::npos) << error.what();
  }
}

TEST_P(DatabaseContract, a_malformed_statement_is_a_programming_error) {
  EXPECT_THROW(commit({malformed_()}), std::logic_error);
  EXPECT_THROW(commit({insert_slot_("one parameter of three")}), std::logic_error);
  EXPECT_THROW(query(malformed_()), std::logic_error);
  commit({insert_slot_("a", "ann", 0)});
  EXPECT_EQ(count_slots(), 1);
}

namespace contract {

struct Tally {
  int done = 0;
  int refused = 0;
  int rows = 0;
};

inline Task<> commit_one(Database& database, std::vector<Statement> statements, Tally& tally) {
  try {
    const auto results =
        co_await database.commit({.contends_for = "", .statements = std::move(statements)});
    ++tally.done;
    tally.rows += static_cast<int>(results.front().rows.size());
  } catch (const std::logic_error&) {
    ++tally.refused;
  }
}

inline Task<> take_all(Database& database, const Sql& take, std::string who, int slots,
                       std::vector<int>& winners) {
  for (int slot = 0; slot < slots; ++slot) {
    std::vector<Statement> statements;
    statements.push_back(take(std::to_string(slot), who));
    const auto results = co_await database.commit(
        {.contends_for = std::to_string(slot), .statements = std::move(statements)});
    if (!results[0].empty()) ++winners[static_cast<std::size_t>(slot)];
  }
}

}  // namespace contract

TEST_P(DatabaseContract, a_failing_list_amid_many_fails_alone) {
  contract::Tally good;
  contract::Tally bad;
  for (int i = 0; i < 100; ++i) {
    const bool faulty = i % 25 == 7;
    spawn(io_.get_executor(), "list",
          contract::commit_one(*database_, {insert_slot_(std::to_string(i), "x", faulty ? -1 : 0)},
                               faulty ? bad : good));
  }
  io_.run();
  EXPECT_EQ(good.done, 96);
  EXPECT_EQ(good.refused, 0);
  EXPECT_EQ(bad.done, 0);
  EXPECT_EQ(bad.refused, 4);
  EXPECT_EQ(count_slots(), 96);
}

TEST_P(DatabaseContract, of_64_that_contend_for_a_row_exactly_one_wins) {
  constexpr int slots = 50;
  for (int i = 0; i < slots; ++i) commit({insert_slot_(std::to_string(i), std::nullopt, 0)});
  std::vector<int> winners(slots, 0);
  for (int i = 0; i < 64; ++i) {
    spawn(io_.get_executor(), "contender",
          contract::take_all(*database_, take_slot_, "c" + std::to_string(i), slots, winners));
  }
  io_.restart();
  io_.run();
  EXPECT_EQ(winners, std::vector<int>(slots, 1));
}

inline Task<> commit_patiently(Database& database, Statement statement, Milliseconds patience,
                               bool& done) {
  Transaction transaction{.patience = patience};
  transaction.statements.push_back(std::move(statement));
  co_await database.commit(std::move(transaction));
  done = true;
}

TEST_P(DatabaseContract, a_patient_list_goes_with_one_that_somebody_waits_for) {
  bool done = false;
  spawn(io_.get_executor(), "patient",
        commit_patiently(*database_, insert_slot_("patient", std::nullopt, 0),
                         std::chrono::minutes{10}, done));
  commit({insert_slot_("urgent", std::nullopt, 0)});
  io_.restart();
  io_.run_for(std::chrono::seconds{10});  // ends as soon as nobody waits
  EXPECT_TRUE(done);
  EXPECT_FALSE(query(find_slot_("patient")).empty());
}

TEST_P(DatabaseContract, a_patient_list_goes_alone_when_its_patience_ends) {
  bool done = false;
  spawn(io_.get_executor(), "patient",
        commit_patiently(*database_, insert_slot_("patient", std::nullopt, 0), Milliseconds{20},
                         done));
  io_.restart();
  io_.run_for(std::chrono::seconds{10});
  EXPECT_TRUE(done);
  EXPECT_FALSE(query(find_slot_("patient")).empty());
}

TEST_P(DatabaseContract, rows_are_there_after_opening_again) {
  commit({insert_slot_("a", "ann", 3)});
  reopen();
  const StatementResult found = query(find_slot_("a"));
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_EQ(found.rows[0].integer("version"), 3);
}

TEST_P(DatabaseContract, is_ready_while_it_can_be_read) {
  EXPECT_TRUE(run_task(io_, database_->is_ready()));
}

}  // namespace ticketing::db
