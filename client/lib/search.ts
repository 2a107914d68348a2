import { type PageQuery, searchOf } from "./api/paging.ts";
import type { TicketQuery } from "./api/tickets.ts";
import type { TicketStatus } from "./api/types.gen.ts";

export type SearchParams = Record<string, string | string[] | undefined>;

/** What the front page shows. Without a choice it is what can be bought. */
export type Shown = Exclude<TicketStatus, "withdrawn"> | "all";
export type BrowseQuery = PageQuery & { status: Shown };

const shownByDefault: Shown = "available";
const choices: readonly string[] = ["available", "reserved", "sold", "all"] satisfies Shown[];

/** What the address of the front page asks for; what it cannot ask for is ignored. */
export function browseQuery({ status, cursor }: SearchParams): BrowseQuery {
  const chosen = typeof status === "string" && choices.includes(status);
  return {
    status: chosen ? (status as Shown) : shownByDefault,
    ...pageQuery({ cursor }),
  };
}

export const browsePath = ({ status, cursor }: Partial<BrowseQuery>): string =>
  "/" + searchOf({ status: status === shownByDefault ? undefined : status, cursor });

/** The page of a list that an address asks for. */
export const pageQuery = ({ cursor }: SearchParams): PageQuery =>
  typeof cursor === "string" && cursor !== "" ? { cursor } : {};

/** The same question, as the API takes it. */
export const ticketQuery = ({ status, cursor }: BrowseQuery): TicketQuery => ({
  ...(status === "all" ? {} : { status }),
  ...(cursor ? { cursor } : {}),
});

/** What a seller sees of their own: everything they listed, or what they sold. */
export type SellQuery = PageQuery & { show: "listed" | "sold" };

export const sellQuery = ({ show, cursor }: SearchParams): SellQuery => ({
  show: show === "sold" ? "sold" : "listed",
  ...pageQuery({ cursor }),
});

export const sellPath = ({ show, cursor }: SellQuery): string =>
  "/sell" + searchOf({ show: show === "sold" ? show : undefined, cursor });
