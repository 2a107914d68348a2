#include "common/base/search_terms.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "common/base/folded_text.hpp"
#include "common/base/text.hpp"
#include "common/base/text_unicode.hpp"

namespace ticketing::terms {
namespace {

constexpr std::size_t word_characters_max = 40;
constexpr std::size_t words_of_text_max = 32;
constexpr std::size_t joined_words_max = 3;

std::string cut(const std::string& word) {
  std::size_t end = 0;
  std::size_t count = 0;
  while (end < word.size() && count < word_characters_max) {
    do ++end;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80);
    ++count;
  }
  return word.substr(0, end);
}

using Chunk = std::vector<std::string>;  // words without white space between them

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<Chunk> chunks_of(std::string_view text) {
  const std::string folded = to_folded(text);
  std::vector<Chunk> chunks;
  for (const std::string& chunk : split(folded, ' ')) chunks.push_back(split(chunk, '-'));
  // A name without a letter ("!!!") is a word as it stands.
  const std::string_view visible = trim_unicode(text);
  if (chunks.empty() && !visible.empty()) chunks.push_back({to_lower(visible)});
  return chunks;
}

std::string join(std::span<const std::string> words) {
  std::string joined;
  for (const std::string& word : words) joined += word;
  return cut(joined);
}

std::vector<std::string> words_in(const std::vector<Chunk>& chunks, std::size_t words_max) {
  std::vector<std::string> words;
  for (const Chunk& chunk : chunks) {
    for (const std::string& word : chunk) {
      if (words.size() < words_max) words.push_back(cut(word));
    }
  }
  return words;
}

void add_terms(std::set<std::string>& terms, std::string_view text) {
  const auto chunks = chunks_of(text);
  const auto words = words_in(chunks, words_of_text_max);
  const std::span all(words);
  for (std::size_t from = 0; from < words.size(); ++from) {
    const std::size_t longest = std::min(joined_words_max, words.size() - from);
    for (std::size_t count = 1; count <= longest; ++count)
      terms.insert(to_term(join(all.subspan(from, count))));
  }
  std::size_t counted = 0;
  for (const Chunk& chunk : chunks) {
    counted += chunk.size();
    if (counted <= words_of_text_max) terms.insert(to_term(join(chunk)));
  }
}

// Optimal string alignment: inserting, leaving out, replacing and swapping neighbours. With
// `is_incomplete`, of the beginning of `word` that is nearest.
std::size_t edits_between(const std::u32string& typed, const std::u32string& word,
                          bool is_incomplete) {
  std::vector<std::size_t> before, previous(word.size() + 1), current(word.size() + 1);
  for (std::size_t i = 0; i <= word.size(); ++i) previous[i] = i;
  for (std::size_t row = 1; row <= typed.size(); ++row) {
    current[0] = row;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      const std::size_t replaced = previous[i - 1] + (typed[row - 1] == word[i - 1] ? 0 : 1);
      current[i] = std::min({replaced, previous[i] + 1, current[i - 1] + 1});
      if (row > 1 && i > 1 && typed[row - 1] == word[i - 2] && typed[row - 2] == word[i - 1])
        current[i] = std::min(current[i], before[i - 2] + 1);
    }
    before = previous;
    std::swap(previous, current);
  }
  return is_incomplete ? *std::ranges::min_element(previous) : previous.back();
}

}  // namespace

std::string key_of(std::string_view text) {
  std::string key;
  for (const Chunk& chunk : chunks_of(text)) {
    for (const std::string& word : chunk) key += word;
  }
  return key;
}

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
  std::set<std::string> words;
  for (const std::string& text : texts) {
    for (std::string& word : words_in(chunks_of(text), words_of_text_max))
      words.insert(std::move(word));
  }
  return {words.begin(), words.end()};
}

std::vector<std::string> terms_of(const std::vector<std::string>& texts) {
  std::set<std::string> terms;
  for (const std::string& text : texts) add_terms(terms, text);
  return {terms.begin(), terms.end()};
}

std::vector<Words> readings_of(std::string_view query) {
  auto chunks = chunks_of(query);
  const Words words = words_in(chunks, query_words_max);
  if (words.empty()) return {};
  Words joined_chunks;
  for (const Chunk& chunk : chunks) {
    if (joined_chunks.size() < query_words_max) joined_chunks.push_back(join(chunk));
  }
  std::vector<Words> readings{joined_chunks};
  for (const Words& reading : {words, Words{join(words)}}) {
    if (std::ranges::find(readings, reading) == readings.end()) readings.push_back(reading);
  }
  return readings;
}

std::vector<TermRange> ranges_of(const Words& words) {
  std::vector<TermRange> ranges;
  for (const std::string& word : words)
    ranges.push_back({.first = to_term(word), .last = to_term(word)});
  if (ranges.empty()) return ranges;
  // "h" sorts after all digits and after the end of a term.
  const std::string beginning = ranges.back().first.substr(0, ranges.back().first.size() - 1);
  ranges.back() = {.first = beginning, .last = beginning + "h"};
  return ranges;
}

std::string to_term(std::string_view word) {
  return to_hex(std::as_bytes(std::span(word.data(), word.size()))) + "g";
}

std::string word_of_term(std::string_view term) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string word;
  for (std::size_t at = 0; at + 1 < term.size(); at += 2)
    word += static_cast<char>(value(term[at]) * 16 + value(term[at + 1]));
  return word;
}

std::vector<std::string> trigrams_of(std::string_view word) {
  const std::string marked = " " + std::string(word) + " ";
  std::vector<std::size_t> begins;  // of the characters
  for (std::size_t at = 0; at < marked.size(); ++at) {
    if ((static_cast<unsigned char>(marked[at]) & 0xc0) != 0x80) begins.push_back(at);
  }
  begins.push_back(marked.size());
  std::set<std::string> trigrams;
  for (std::size_t i = 0; i + 3 < begins.size() && trigrams.size() < trigrams_max; ++i)
    trigrams.insert(marked.substr(begins[i], begins[i + 3] - begins[i]));
  return {trigrams.begin(), trigrams.end()};
}

Likeness likeness_of(std::string_view typed, std::string_view word, bool is_incomplete) {
  const auto has_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (std::ranges::any_of(typed, has_digit)) return {};
  const std::u32string typed_points = to_code_points(typed);
  if (typed_points.size() < 4) return {};
  const std::size_t edits_max = typed_points.size() < 8 ? 1 : 2;
  const std::size_t edits = edits_between(typed_points, to_code_points(word), is_incomplete);
  return {.is_likely = edits <= edits_max, .edits = edits};
}

}  // namespace ticketing::terms
