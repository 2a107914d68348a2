import type { OrderedTicket } from "./api/types.gen.ts";

type Seat = Pick<OrderedTicket, "section" | "row" | "seat">;

/** "Balcony left, row 4, seat 12", or nothing. */
export function seatOf({ section, row, seat }: Seat): string {
  const parts = [section, row && `row ${row}`, seat && `seat ${seat}`].filter(Boolean);
  const place = parts.join(", ");
  return section ? place : place.charAt(0).toUpperCase() + place.slice(1);
}
