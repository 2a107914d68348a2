import type { TicketQuery } from "./api/tickets.ts";
import type { Ticket } from "./api/types.gen.ts";

/**
 * The tickets on screen after news about some. A version already seen changes nothing. A ticket that
 * leaves the filter keeps its place with its new state, so that nothing jumps under a finger. New
 * ones come first, and only to the first page: on later ones they would be out of order.
 */
export function mergeTickets(
  shown: Ticket[],
  news: Ticket[],
  { status, cursor }: Pick<TicketQuery, "status" | "cursor">,
): Ticket[] {
  const latest = new Map(news.map((ticket) => [ticket.id, ticket]));
  const updated = shown.map((ticket) => {
    const heard = latest.get(ticket.id);
    latest.delete(ticket.id);
    return heard && heard.version > ticket.version ? heard : ticket;
  });
  if (cursor) return updated;
  const newest = shown[0]?.id ?? "";
  // UUIDv7 sorts by time, so a greater id is a later ticket.
  const added = [...latest.values()]
    .filter((ticket) => ticket.id > newest && (!status || ticket.status === status))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return [...added, ...updated];
}
