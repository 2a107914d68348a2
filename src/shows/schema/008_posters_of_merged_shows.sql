-- A show that was merged into another is shown by nothing: the poster that it had is erased.
UPDATE posters SET unused_at = 0
  WHERE unused_at IS NULL AND show_id IN (SELECT id FROM shows WHERE merged_into IS NOT NULL);
UPDATE shows SET poster = NULL WHERE merged_into IS NOT NULL;
