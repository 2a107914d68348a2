import type { TicketQuery } from "./api/tickets.ts";
import type { TicketStatus } from "./api/types.gen.ts";

export type SearchParams = Record<string, string | string[] | undefined>;

const statuses: readonly string[] = ["available", "reserved", "sold"] satisfies TicketStatus[];

/** What the address of the front page asks for; what it cannot ask for is ignored. */
export function browseQuery({ status, cursor }: SearchParams): TicketQuery {
  const query: TicketQuery = {};
  if (typeof status === "string" && statuses.includes(status))
    query.status = status as TicketStatus;
  if (typeof cursor === "string" && cursor !== "") query.cursor = cursor;
  return query;
}

export function browsePath(query: TicketQuery): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `/?${search}` : "/";
}
