-- Under which terms (search/terms.hpp) each show is found. Prefixes are read as ranges.
CREATE TABLE show_terms (
  show_id   text NOT NULL,
  term      text NOT NULL,
  starts_at bigint NOT NULL,  -- of the show: terms of many shows are read in the order of dates
  PRIMARY KEY (show_id, term)
);
CREATE INDEX show_terms_by_date ON show_terms (term, starts_at, show_id);

-- Words that shows have. A change of a show locks the rows of the words that it adds and removes.
CREATE TABLE words (
  term text PRIMARY KEY
);

-- Words that share three characters, to find those that a mistyped one may stand for.
CREATE TABLE word_trigrams (
  trigram text NOT NULL,
  term    text NOT NULL,
  PRIMARY KEY (trigram, term)
);
