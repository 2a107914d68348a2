-- A term of many shows is read from the newest show on, too.
CREATE INDEX show_terms_by_newest ON show_terms (term, show_id);
