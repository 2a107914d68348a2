// What pages read on the server. `cache` makes it one call a request for any number of callers.
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import * as calendar from "./api/calendar.ts";
import * as delivery from "./api/delivery.ts";
import * as orders from "./api/orders.ts";
import * as payments from "./api/payments.ts";
import type { PageQuery } from "./api/paging.ts";
import { serverCaller } from "./api/server.ts";
import * as shows from "./api/shows.ts";
import * as tickets from "./api/tickets.ts";
import type { Show, User } from "./api/types.gen.ts";
import * as users from "./api/users.ts";
import { type KeptInput, keptCookieName, unpackInput } from "./kept-input.ts";
import { originOf } from "./origin.ts";
import { signInPath } from "./return-path.ts";

export const readCurrentUser = cache(async () => users.currentUser(await serverCaller()));

export const readSessions = async () => users.listSessions(await serverCaller());

export const readTickets = async (query: tickets.TicketQuery) =>
  tickets.listTickets(await serverCaller(), query);

export const readTicket = cache(async (id: string) => tickets.getTicket(await serverCaller(), id));

export const readShows = async (query: shows.ShowQuery) =>
  shows.listShows(await serverCaller(), query);

export const readUpcoming = async (limit: number) =>
  shows.listUpcoming(await serverCaller(), limit);

export const readShow = cache(async (id: string) => shows.getShow(await serverCaller(), id));

/** The show that a ticket is for. A page shows the ticket without it if it cannot be read. */
export async function readShowOf({ showId }: { showId?: string }): Promise<Show | undefined> {
  const found = showId === undefined ? undefined : await readShow(showId);
  return found?.outcome === "ok" ? found.show : undefined;
}

export const readOrder = cache(async (id: string) => orders.getOrder(await serverCaller(), id));

export const readCalendar = async () => calendar.getCalendar(await serverCaller());

export const readRefundable = cache(async (orderId: string) =>
  payments.getRefundable(await serverCaller(), orderId),
);

export const readTicketState = async (orderId: string) =>
  delivery.getTicketState(await serverCaller(), orderId);

export const readOrders = async (query: PageQuery) =>
  orders.listOrders(await serverCaller(), query);

export const readOwnTickets = async (query: PageQuery) =>
  tickets.listOwnTickets(await serverCaller(), query);

export const readSales = async (query: PageQuery) => tickets.listSales(await serverCaller(), query);

/** The address of this shop, without configuration. server.mjs decides whether these headers are trusted. */
export async function readOrigin(): Promise<URL> {
  const incoming = await headers();
  return originOf({
    host: incoming.get("x-forwarded-host") ?? incoming.get("host"),
    scheme: incoming.get("x-forwarded-proto"),
  });
}

/** What was typed into the page at `path`, or into any, and could not be sent. */
export async function readKept(path?: string): Promise<KeptInput | undefined> {
  const kept = unpackInput((await cookies()).get(keptCookieName)?.value);
  return path === undefined || kept?.path === path ? kept : undefined;
}

/** For pages that need a session: redirects to sign in, and back afterwards. */
export async function requireUser(
  path: string,
): Promise<{ outcome: "ok"; user: User } | { outcome: "unavailable" }> {
  const caller = await readCurrentUser();
  if (caller.outcome === "unavailable") return caller;
  if (caller.user === null) redirect(signInPath(path));
  return { outcome: "ok", user: caller.user };
}
