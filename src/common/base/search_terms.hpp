// The terms under which a text is found, and those that a query asks for. No I/O.
//
// A term is stored as hexadecimal digits and a final "g", so that a database of any collation has
// the terms with a common beginning side by side.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ticketing::terms {

// One form for all spellings of a text: two names with the same key are the same name.
std::string key_of(std::string_view text);

// The words of these texts, each once.
std::vector<std::string> words_of(const std::vector<std::string>& texts);
// The terms of these texts, each once: their words, two or three neighbours written as one, and
// all that stands without white space as one.
std::vector<std::string> terms_of(const std::vector<std::string>& texts);

// Which terms a word of a query stands for: itself, or for the last one also those that begin so.
struct TermRange {
  std::string first;
  std::string last;

  bool is_exact() const { return first == last; }
  bool operator==(const TermRange&) const = default;
};

// The words of a query, of which a text must have all; the last one may be incomplete.
using Words = std::vector<std::string>;
inline constexpr std::size_t query_words_max = 6;
// The ways to read a query, the likeliest first, without repetition: "ac/dc live" is
// [acdc, live], [ac, dc, live], [acdclive]. Words after the sixth do not count.
std::vector<Words> readings_of(std::string_view query);
std::vector<TermRange> ranges_of(const Words& words);

std::string to_term(std::string_view word);
std::string word_of_term(std::string_view term);

// Three characters of a word each, its ends marked; each once, at most `trigrams_max`.
inline constexpr std::size_t trigrams_max = 24;
std::vector<std::string> trigrams_of(std::string_view word);

// Whether `typed` may be a slip of the finger for `word`: by how many characters it differs, or
// nothing when they are too many. Words with digits and short ones are taken as they are. The
// beginning of `word` counts as well if it `is_incomplete`.
struct Likeness {
  bool is_likely = false;
  std::size_t edits = 0;
};
Likeness likeness_of(std::string_view typed, std::string_view word, bool is_incomplete);

}  // namespace ticketing::terms
