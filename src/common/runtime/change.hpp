// Changing an entity by compare-and-set: read it, decide, write on the condition that it is still
// as it was read, and enqueue its event in the same transaction. When another writer was faster,
// read and decide again. All that a service needs for this is in this header:
//
//   Task<Result<Note>> Operations::cancel_note(std::string id) {
//     co_return co_await runtime::change(
//         data_, [&] { return find(id); },                       // reads: Task<optional<Note>>
//         [&](const std::optional<Note>& note) -> Result<runtime::Decision<Note>> {
//           if (!note) return no_such_note();                  // refused: nothing is written
//           const std::optional<Note> after = cancel(*note);   // the noun's rule
//           if (!after) return runtime::unchanged(*note);       // it is cancelled already
//           const bus::Event event = data_.events().make(cancelled_event(*after));
//           return runtime::changed(*after, {.contends_for = after->topic_id,
//                                            .write = store::update_note(*after, event.id),
//                                            .event = event,
//                                            .entity_id = after->id});
//         });
//   }
//
// The store's part of the agreement: `update_note` says WHERE version = <the one that was read>,
// sets version + 1 and last_event_id = event.id.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/error.hpp"
#include "common/base/exceptions.hpp"
#include "common/bus/event_bus.hpp"
#include "common/runtime/owned_data.hpp"

namespace ticketing::runtime {

// An event of ours, enqueued if the last_event_id of the row `entity_id` is the event's id.
struct EntityEvent {
  bus::Event event;
  std::string entity_id;
};

// One change of one entity, as a transaction; of several where `also` writes others.
struct Change {
  std::string contends_for;  // see db::Transaction
  // Precede `write`: they lock, in one order for all writers, the rows besides the entity's own on
  // which its condition depends. So the condition sees what the writers before have done.
  std::vector<db::Statement> locks = {};
  // Carries the condition. The change has happened if and only if this statement affected a row.
  db::Statement write;
  // Follow `write` in the transaction. Each must have no effect where `write` had none: let it look
  // for what `write` sets (last_event_id, the new row).
  std::vector<db::Statement> also = {};
  // The event of the change; published soon after the commit. `write` sets the last_event_id of the
  // row `entity_id` to the event's id. Empty: no event is published.
  std::optional<bus::Event> event = std::nullopt;
  std::string entity_id = {};
  std::vector<EntityEvent> more_events = {};  // of entities that `also` writes
  // Of the table that the entities are in; null: the service's entity table.
  const bus::Outbox* outbox = nullptr;
  Milliseconds batch_delay{0};  // see db::Transaction
  bool is_alone = false;        // see db::Transaction
};

// Writes the change once. False when it did not happen: another writer was faster. Throws as
// db::Database::commit() does.
Task<bool> commit(OwnedData& data, Change change);
// The same for a change without an event.
Task<bool> commit(db::Database& database, Change change);

// What a rule makes of what was read.
template <class T>
struct Decision {
  using Answer = T;
  T answer;                      // the result, once `change` is written
  std::optional<Change> change;  // nothing: there is nothing to write
};

template <class T>
Decision<T> changed(T answer, Change change) {
  return {.answer = std::move(answer), .change = std::move(change)};
}
template <class T>
Decision<T> unchanged(T answer) {
  return {.answer = std::move(answer), .change = std::nullopt};
}

// Losing the race this often in a row is a sign of overload, not of bad luck.
inline constexpr int change_attempts_max = 10;

// Other writers were faster each time.
class ChangedTooOften : public Unavailable {
 public:
  ChangedTooOften();
};

// Reads, decides and writes until a decision holds; gives its answer, or the rule's refusal.
// `data` is an OwnedData, or the db::Database of a service without events. `read` is a callable
// that returns Task<State>; `rule` takes `const State&`, returns Result<Decision<T>> and does not
// wait; both are called once for each attempt. Throws ChangedTooOften after `change_attempts_max`
// lost races, and as db::Database does.
template <class Data, class Read, class Rule,
          class State = typename std::invoke_result_t<Read&>::value_type,
          class Decided = typename std::invoke_result_t<Rule&, const State&>::value_type>
Task<Result<typename Decided::Answer>> change(Data& data, Read read, Rule rule) {
  for (int attempt = 0; attempt < change_attempts_max; ++attempt) {
    const State state = co_await read();
    Result<Decided> decided = rule(state);
    if (!decided) co_return std::unexpected(std::move(decided).error());
    if (!decided->change) co_return std::move(decided->answer);
    const bool happened = co_await commit(data, std::move(*decided->change));
    if (happened) co_return std::move(decided->answer);
  }
  throw ChangedTooOften();
}

// One event of another service's entity, applied to our copy of the entity.
struct CopyChange {
  std::string contends_for;     // the entity's id
  db::Statement write;          // affects a row only where the copy is at the version before
  db::Statement read_version;   // `version`, the copy's; no row while there is no copy
  std::int64_t version = 0;     // of the event
  Milliseconds batch_delay{0};  // see db::Transaction
  // Follow `write`; each must have no effect where `write` had none.
  std::vector<db::Statement> also = {};
  // Enqueued after these; their entity is the copy.
  std::vector<EntityEvent> events = {};
  const bus::Outbox* outbox = nullptr;  // of the copies' table; for `events` only
};

// `done` when the copy is at the event's version or a later one, also when another delivery had
// brought it there; `retry_later` while the predecessor has not come.
Task<bus::Verdict> follow(OwnedData& data, CopyChange change);

}  // namespace ticketing::runtime
