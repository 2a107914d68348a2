#include "common/base/search_terms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ticketing::terms {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::vector<std::string> words_behind(const std::vector<std::string>& terms) {
  std::vector<std::string> words;
  for (const std::string& term : terms) words.push_back(word_of_term(term));
  return words;
}

TEST(Terms, AreWordsAndNeighboursWrittenAsOne) {
  EXPECT_THAT(words_behind(terms_of({"AC/DC Łódź"})),
              UnorderedElementsAre("ac", "dc", "acdc", "lodz", "dclodz", "acdclodz"));
  EXPECT_THAT(words_behind(terms_of({"Rock-am-Ring-2026"})), Contains("rockamring2026"));
  // Not across texts.
  EXPECT_THAT(words_behind(terms_of({"Straße", "Berlin"})),
              UnorderedElementsAre("strasse", "berlin"));
}

TEST(Terms, OfANameWithoutALetterAreItself) {
  EXPECT_THAT(words_behind(terms_of({" !!! "})), ElementsAre("!!!"));
  EXPECT_NE(key_of("!!!"), key_of("???"));
  EXPECT_THAT(terms_of({""}), IsEmpty());
}

TEST(Terms, AreBounded) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "w" + std::to_string(i) + " ";
  EXPECT_THAT(terms_of({text}), SizeIs(32 + 31 + 30));
  EXPECT_THAT(words_of({std::string(300, 'x')}), ElementsAre(std::string(40, 'x')));
}

TEST(Terms, HaveOneKeyForAllSpellings) {
  EXPECT_EQ(key_of("AC/DC"), key_of("Ac Dc"));
  EXPECT_EQ(key_of("Łódź"), key_of("LODZ"));
  EXPECT_NE(key_of("Lodz 2"), key_of("Lodz 3"));
}

TEST(Terms, SortByTheirBeginnings) {
  const auto ranges = ranges_of({"rock", "ro"});
  EXPECT_TRUE(ranges[0].is_exact());
  for (const char* word : {"ro", "rock", "roé", "ro東"}) {
    EXPECT_LE(ranges[1].first, to_term(word));
    EXPECT_GE(ranges[1].last, to_term(word));
  }
  for (const char* word : {"r", "rn", "rp", "s"}) {
    EXPECT_FALSE(ranges[1].first <= to_term(word) && to_term(word) <= ranges[1].last) << word;
  }
}

TEST(Readings, TakeWordsTogetherAndApart) {
  EXPECT_THAT(readings_of("ac/dc live"),
              ElementsAre(Words{"acdc", "live"}, Words{"ac", "dc", "live"}, Words{"acdclive"}));
  EXPECT_THAT(readings_of("rock"), ElementsAre(Words{"rock"}));
  EXPECT_THAT(readings_of("rock ring"), ElementsAre(Words{"rock", "ring"}, Words{"rockring"}));
  EXPECT_THAT(readings_of(" "), IsEmpty());
  EXPECT_THAT(readings_of("a b c d e f g h").at(0), SizeIs(6));
}

TEST(Trigrams, AreThreeCharactersEach) {
  EXPECT_THAT(trigrams_of("łód"), UnorderedElementsAre(" łó", "łód", "ód "));
  EXPECT_THAT(trigrams_of("a"), ElementsAre(" a "));
  EXPECT_THAT(trigrams_of("abcdefghijklmnopqrstuvwxyzabcdefghijk"), SizeIs(trigrams_max));
}

TEST(Likeness, IsThatOfASlipOfTheFinger) {
  EXPECT_TRUE(likeness_of("metalica", "metallica", false).is_likely);
  EXPECT_TRUE(likeness_of("metlalica", "metallica", false).is_likely);
  EXPECT_TRUE(likeness_of("nirvnaa", "nirvana", false).is_likely) << "two neighbours swapped";
  EXPECT_TRUE(likeness_of("beatels", "beatles", false).is_likely);
  EXPECT_FALSE(likeness_of("queen", "quartet", false).is_likely);
  EXPECT_FALSE(likeness_of("abc", "abd", false).is_likely) << "too short";
  EXPECT_FALSE(likeness_of("2026", "2025", false).is_likely) << "another number";
  EXPECT_FALSE(likeness_of("radio", "radiohead", false).is_likely);
  EXPECT_TRUE(likeness_of("raido", "radiohead", true).is_likely);
  EXPECT_TRUE(likeness_of("земфера", "земфира", false).is_likely);
}

}  // namespace
}  // namespace ticketing::terms
