// The people of a simulation: what they do next, and what they were told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/base/random.hpp"
#include "common/http/message.hpp"
#include "simulation/checks.hpp"

namespace ticketing::simulation {

enum class Deed { list, edit, withdraw, give_code, order, pay, cancel, reveal, refund };

struct Call {
  Deed deed;
  std::string person;
  std::string subject;  // the ticket or order that it is about; empty: a new ticket
  std::string method, path, body;
  std::string key;  // the same when it is sent again
  enum class State { sent, acknowledged, refused, unknown } state = State::sent;
  std::string made = {};  // the id of what was made
};

std::string_view name_of(Deed deed);

class People {
 public:
  explicit People(Random& random) : random_(random) {}

  // The index of the next call; nothing when there is nothing to do.
  std::optional<std::size_t> next();
  const Call& call(std::size_t index) const { return calls_.at(index); }
  void answered(std::size_t index, const http::Response& answer);
  void unanswered(std::size_t index) { calls_.at(index).state = Call::State::unknown; }
  // The process has ended: who waits for an answer gets none.
  void lose_connections();

  // The first thing that a person was told and that is not so; empty if there is none.
  std::string first_lie(Checks& checks) const;
  int count(Deed deed, Call::State state) const;

 private:
  struct Listed {
    std::string seller, id;
  };
  struct Ordered {
    std::string buyer, id;
  };
  std::optional<Call> choose();
  Call about_ticket(Deed deed);
  Call about_order(Deed deed);
  std::optional<std::size_t> send_again();
  std::string any(const char* role, int of);
  template <class T>
  const T& recent(const std::vector<T>& all, std::size_t window);

  Random& random_;
  std::vector<Call> calls_;
  std::vector<Listed> tickets_;
  std::vector<Ordered> orders_;
};

}  // namespace ticketing::simulation
