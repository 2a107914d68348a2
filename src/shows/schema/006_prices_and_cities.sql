-- The search by price begins with it when few tickets are for sale at such a price.
CREATE INDEX tickets_available_by_price ON tickets (price_cents, show_id) WHERE status = 'available';
-- The cities where shows are to come.
CREATE INDEX shows_to_come_by_city ON shows (city_key, city, over_at, id)
  WHERE merged_into IS NULL AND plan <> 'cancelled';
