import type { TicketQuery } from "./api/tickets.ts";
import type { TicketStatus } from "./api/types.gen.ts";

export type SearchParams = Record<string, string | string[] | undefined>;

/** What the front page shows. Without a choice it is what can be bought. */
export type Shown = Exclude<TicketStatus, "withdrawn"> | "all";
export type BrowseQuery = { status: Shown; cursor?: string };

const shownByDefault: Shown = "available";
const choices: readonly string[] = ["available", "reserved", "sold", "all"] satisfies Shown[];

/** What the address of the front page asks for; what it cannot ask for is ignored. */
export function browseQuery({ status, cursor }: SearchParams): BrowseQuery {
  const chosen = typeof status === "string" && choices.includes(status);
  return {
    status: chosen ? (status as Shown) : shownByDefault,
    ...(typeof cursor === "string" && cursor !== "" ? { cursor } : {}),
  };
}

export function browsePath({ status, cursor }: Partial<BrowseQuery>): string {
  const search = new URLSearchParams();
  if (status && status !== shownByDefault) search.set("status", status);
  if (cursor) search.set("cursor", cursor);
  return search.size > 0 ? `/?${search}` : "/";
}

/** The same question, as the API takes it. */
export const ticketQuery = ({ status, cursor }: BrowseQuery): TicketQuery => ({
  ...(status === "all" ? {} : { status }),
  ...(cursor ? { cursor } : {}),
});
