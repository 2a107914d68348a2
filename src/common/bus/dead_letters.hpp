// Dead letters: events that a consumer could not apply, kept until an operator replays them.
#pragma once

#include <string>
#include <string_view>

#include "common/base/codes.hpp"
#include "common/bus/event.hpp"
#include "common/db/database.hpp"
#include "common/db/migrations.hpp"

namespace ticketing::bus {

// What the commands for dead letters are refused with; no route of the API answers them.
inline constexpr CodeKind dead_letter_not_found{"dead_letter_not_found"};
inline constexpr CodeKind dead_letter_failed_again{"dead_letter_failed_again"};
inline constexpr CodeKind dead_letter_refused{"dead_letter_refused"};

struct DeadLetter {
  std::string consumer;
  Event event;
  std::string reason;
  Timestamp failed_at;
};

// Stores one, or the newer reason of one that is there already.
db::Statement store_dead_letter(const DeadLetter& letter);
// The oldest failures first.
db::Statement list_dead_letters(std::int64_t limit);
db::Statement find_dead_letter(const std::string& consumer, const std::string& event_id);
db::Statement forget_dead_letter(const std::string& consumer, const std::string& event_id);
// Those of the subject that have the text in their payload.
db::Statement forget_dead_letters_with(std::string_view subject, const std::string& text);
// A row of the statements that list and find.
DeadLetter decode_dead_letter(const db::Row& row);

// The table of the dead letters, for the database that the bus is given.
db::Migrations dead_letters_migrations();

}  // namespace ticketing::bus
