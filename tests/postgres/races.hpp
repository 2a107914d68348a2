// Two replicas of a service on one PostgreSQL that change the same rows at the same moment.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "common/db/postgres/postgres_database.hpp"
#include "fixtures/patient_postgres.hpp"
#include "fixtures/run_task.hpp"
#include "servers/postgres_client.hpp"
#include "servers/postgres_server.hpp"

namespace ticketing::servers {

class PostgresRaces : public testing::Test {
 protected:
  static void SetUpTestSuite() { server = std::make_unique<servers::PostgresServer>(); }
  static void TearDownTestSuite() { server.reset(); }

  inline static std::unique_ptr<servers::PostgresServer> server;

  // For a replica's platform: all of them open the same database.
  auto open_database() {
    return [this](const std::string&, const db::Migrations& migrations) {
      return db::open_postgres(io_.get_executor(), fixtures::patient_postgres(url_), migrations);
    };
  }

  // What a task answers: "done", or the slug of the refusal.
  template <class Result>
  static Task<std::string> answer_of(Task<Result> task) {
    const Result result = co_await std::move(task);
    co_return result ? "done" : std::string(result.error().slug.name());
  }

  // Runs all of them at once, and gives what they answered. Throws what one of them throws.
  std::vector<std::string> run_all(std::vector<Task<std::string>> tasks) {
    std::vector<Answer> answers(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) start(std::move(tasks[i]), answers[i]);
    run_until([&] { return std::ranges::all_of(answers, &Answer::has_ended); });
    return texts_of(answers);
  }

  // The same, but each begins when the one before has ended.
  std::vector<std::string> run_in_turn(std::vector<Task<std::string>> tasks) {
    std::vector<Answer> answers(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      start(std::move(tasks[i]), answers[i]);
      run_until([&] { return answers[i].has_ended; });
    }
    return texts_of(answers);
  }

  // What both answered, of which the second begins when the first waits for the
  // lock. The outbox is the last that a change writes: while it is locked, none commits, so
  // the first has written everything by then.
  template <class First, class Second>
  std::vector<std::string> one_while_other(
      Task<First> first, Task<Second> second,
      const std::string& lock = "LOCK TABLE outbox IN SHARE MODE") {
    std::vector<Answer> answers(2);
    Answer &one = answers[0], &other = answers[1];
    holder_.run("BEGIN");
    holder_.run(lock);
    start(answer_of(std::move(first)), one);
    run_until([&] { return one.has_ended || waiting_writers() == 1; });
    start(answer_of(std::move(second)), other);
    run_until([&] { return other.has_ended || waiting_writers() == 2; });
    EXPECT_FALSE(one.has_ended) << "it wrote nothing";
    holder_.run("COMMIT");
    run_until([&] { return one.has_ended && other.has_ended; });
    return texts_of(answers);
  }

  int count(const std::string& condition) {
    const auto rows = holder_.run("SELECT count(*) FROM " + condition);
    return std::stoi(rows.at(0).at(0).value());
  }

 private:
  struct Answer {
    std::string text;
    std::exception_ptr failure;
    bool has_ended = false;
  };

  void start(Task<std::string> task, Answer& answer) {
    asio::co_spawn(io_, std::move(task), [&answer](std::exception_ptr failure, std::string text) {
      answer = {.text = std::move(text), .failure = failure, .has_ended = true};
    });
  }
  static std::vector<std::string> texts_of(const std::vector<Answer>& answers) {
    std::vector<std::string> texts;
    for (const Answer& answer : answers) {
      if (answer.failure) std::rethrow_exception(answer.failure);
      texts.push_back(answer.text);
    }
    return texts;
  }
  template <class Condition>
  void run_until(const Condition& is_met) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{45};
    while (!is_met()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw std::runtime_error("a writer neither waits nor ends");
      io_.restart();
      io_.run_for(std::chrono::milliseconds{2});
    }
  }
  int waiting_writers() { return count("pg_locks WHERE NOT granted"); }

  const std::string url_ = server->make_database();
  servers::PostgresClient holder_{url_};

 protected:
  TemporaryFolder folder_;
  asio::io_context io_;
};

}  // namespace ticketing::servers
