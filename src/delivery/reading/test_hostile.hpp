// Files that an attacker might send for a ticket, each small enough to be sent. All are made here,
// from nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delivery/reading/formats.hpp"

namespace ticketing::delivery::reading::hostile {

struct HostileFile {
  std::string_view kind;  // a row of the table in docs/delivery.md
  std::string name;
  FileType type = FileType::pdf;  // as which it is sent
  // What becomes of it: the code of its refusal, or what is read of it as described() says. Two
  // with " or " between them where that depends on the machine.
  std::string outcome;
  std::string bytes = {};
};

// A code that some of them have, too, because people send such files in good faith.
inline constexpr std::string_view code_text = "TKT-HARMLESS-41";

// More than 100, grouped by kind.
std::vector<HostileFile> hostile_files();

// It is refused after the whole time that a reader may take.
bool is_slow(const HostileFile& file);

// Three of each kind, of the slow ones two in all.
std::vector<HostileFile> some_hostile_files();

// A PDF, a PNG and a JPEG with a code each, for what is cut or damaged at random.
std::vector<HostileFile> sound_files();

}  // namespace ticketing::delivery::reading::hostile
