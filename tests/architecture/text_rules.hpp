// Rules for what people read in the repository: documents, comments, names. Each takes texts and
// gives sentences that say what to do instead.
#pragma once

#include <string>
#include <vector>

#include "architecture/source_rules.hpp"

namespace ticketing::architecture {

// Every invariant that a file cites ("I4", "I4 to I7") is defined in `document`
// (docs/invariants.md), and a test cites every defined one.
Faults check_invariants(const std::string& document, const std::vector<SourceFile>& files);

// What the README of a folder in src/common must say: what belongs there, what does not, and what
// it may include.
Faults check_room_readme(const SourceFile& readme);

// Words that do not say who acts, also within names (NobodyWaits), with what to write instead.
Faults check_words(const SourceFile& file);

// The name of a test is PascalCase: GoogleTest reserves "_", and one style is easier to search.
Faults check_test_names(const SourceFile& file);

}  // namespace ticketing::architecture
