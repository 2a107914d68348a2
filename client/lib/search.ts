import { type PageQuery, searchOf } from "./api/paging.ts";
import type { TicketQuery } from "./api/tickets.ts";
import type { ShowQuery } from "./api/shows.ts";
import type { ShowCategory, TicketStatus } from "./api/types.gen.ts";
import { categories } from "./show-words.ts";

export type SearchParams = Record<string, string | string[] | undefined>;

/** What the front page shows. Without a choice it is what can be bought. */
export type Shown = Exclude<TicketStatus, "withdrawn" | "lapsed"> | "all";
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

/** The same question, as the API takes it: tickets of shows are on the pages of their shows. */
export const ticketQuery = ({ status, cursor }: BrowseQuery): TicketQuery => ({
  showId: "none",
  ...(status === "all" ? {} : { status }),
  ...(cursor ? { cursor } : {}),
});

/** What a seller sees of their own: everything they listed, or what they sold. */
export type SellQuery = PageQuery & {
  show: "listed" | "sold";
  /** How many tickets were just listed together. */
  listed?: number | undefined;
};

export const sellQuery = ({ show, cursor, listed }: SearchParams): SellQuery => ({
  show: show === "sold" ? "sold" : "listed",
  ...(typeof listed === "string" && /^([2-9]|10)$/.test(listed) ? { listed: Number(listed) } : {}),
  ...pageQuery({ cursor }),
});

export const sellPath = ({ show, cursor }: SellQuery): string =>
  "/sell" + searchOf({ show: show === "sold" ? show : undefined, cursor });

const textIn = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;

/** What the address of the search for shows asks for. The API says what is wrong with it. */
export function showQuery(params: SearchParams): ShowQuery {
  const { q, city, from, to, category, minPrice, maxPrice, sort, cursor } = params;
  const isCategory = typeof category === "string" && category in categories;
  const asked = {
    q: textIn(q),
    city: textIn(city),
    from: textIn(from),
    to: textIn(to),
    category: isCategory ? (category as ShowCategory) : undefined,
    minPrice: textIn(minPrice),
    maxPrice: textIn(maxPrice),
    sort: sort === "new" ? ("new" as const) : undefined,
  };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...pageQuery({ cursor }) };
}

export const showsPath = (query: ShowQuery): string => "/shows" + searchOf(query);

/** Names one listing. In the address it survives Back, reloading and sending the form again, also
 *  without script. */
export const sellingAttempt = ({ attempt }: SearchParams): string | undefined =>
  typeof attempt === "string" && /^[\da-f-]{36}$/.test(attempt) ? attempt : undefined;
