// Changes of tickets that arrive after a page was rendered. Cards on screen keep their places and
// change in place; other tickets are counted, until the user asks for them.
import type { TicketQuery } from "./api/tickets.ts";
import type { Ticket } from "./api/types.gen.ts";

export type Page = {
  tickets: Ticket[];
  query: TicketQuery;
  /** The shows that the query's stands for: their tickets are in its list. */
  mergedIds?: string[] | undefined;
  /** There are older tickets on a next page. */
  more: boolean;
};

/** The latest version received of each ticket, by id. */
export type News = ReadonlyMap<string, Ticket>;

/** At most this many unseen tickets are kept; more are "99+". */
export const unseenMax = 99;

/** The tickets on screen, each in the latest version known. */
export const latest = (tickets: Ticket[], news: News): Ticket[] =>
  tickets.map((ticket) => newer(ticket, news.get(ticket.id)));

const newer = (known: Ticket, received: Ticket | undefined): Ticket =>
  received && received.version > known.version ? received : known;

/** Tickets that a fresh rendering of the page would show and this one does not. */
export function unseen(page: Page, news: News): Ticket[] {
  const onScreen = new Set(page.tickets.map(({ id }) => id));
  return [...news.values()].filter((ticket) => !onScreen.has(ticket.id) && belongs(page, ticket));
}

/** Only the first page grows at its top. UUIDv7 sorts by time: a smaller id is an older ticket. */
function belongs({ tickets, query, mergedIds = [], more }: Page, ticket: Ticket): boolean {
  const { status, cursor, showId, sort } = query;
  if (cursor || (status && ticket.status !== status)) return false;
  if (showId && ![showId, ...mergedIds].includes(ticket.showId ?? "none")) return false;
  const last = tickets.at(-1);
  if (!more || !last) return true;
  return sort === "price" ? ticket.price < last.price : ticket.id > last.id;
}

/** Adds received tickets to the news. Returns the same object when none of them concerns the page. */
export function merge(page: Page, news: News, received: Ticket[]): News {
  const onScreen = new Map(page.tickets.map((ticket) => [ticket.id, ticket]));
  const next = new Map(news);
  let changed = false;
  for (const ticket of received) {
    const known = [next.get(ticket.id), onScreen.get(ticket.id)];
    if (known.some((other) => other && other.version >= ticket.version)) continue;
    if (onScreen.has(ticket.id) || belongs(page, ticket)) next.set(ticket.id, ticket);
    else if (!next.delete(ticket.id)) continue;
    changed = true;
  }
  if (!changed) return news;
  for (const { id } of unseen(page, next).slice(0, -unseenMax - 1)) next.delete(id);
  return next;
}
