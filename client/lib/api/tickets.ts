import { type Neighbours, neighboursOf, type PageQuery, searchOf } from "./paging.ts";
import { type Caller, failure, type NotFound, type Refused, send } from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { Sale, Ticket, TicketChange, TicketInput, TicketStatus } from "./types.gen.ts";

/** `showId` "none": those that are for no show. */
export type TicketQuery = PageQuery & {
  status?: TicketStatus;
  showId?: string;
  sort?: "price";
  limit?: number;
};
export type TicketPage = { outcome: "ok"; tickets: Ticket[] } & Neighbours;

export async function listTickets(
  caller: Caller,
  query: TicketQuery = {},
): Promise<TicketPage | Refused | Unavailable> {
  const reply = await send(caller, { path: `/api/tickets${searchOf(query)}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused");
  return { outcome: "ok", tickets: reply.body as Ticket[], ...neighboursOf(reply.headers) };
}

/** The caller's own, sold, withdrawn and lapsed ones included. */
export async function listOwnTickets(
  caller: Caller,
  { cursor }: PageQuery = {},
): Promise<TicketPage | Refused | SignedOut | Unavailable> {
  const reply = await send(caller, { path: `/api/tickets${searchOf({ mine: 1, cursor })}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "signed_out");
  return { outcome: "ok", tickets: reply.body as Ticket[], ...neighboursOf(reply.headers) };
}

/** What the caller has sold, the newest sale first. */
export async function listSales(
  caller: Caller,
  { cursor }: PageQuery = {},
): Promise<({ outcome: "ok"; sales: Sale[] } & Neighbours) | Refused | SignedOut | Unavailable> {
  const reply = await send(caller, { path: `/api/sales${searchOf({ cursor })}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "signed_out");
  return { outcome: "ok", sales: reply.body as Sale[], ...neighboursOf(reply.headers) };
}

export async function getTicket(
  caller: Caller,
  id: string,
): Promise<{ outcome: "ok"; ticket: Ticket } | NotFound | Unavailable> {
  const reply = await send(caller, { path: `/api/tickets/${encodeURIComponent(id)}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "not_found");
  return { outcome: "ok", ticket: reply.body as Ticket };
}

type Saved = { outcome: "ok"; ticket: Ticket };

/** One ticket, or with a `quantity` that many. */
export async function createTicket(
  caller: Caller,
  body: TicketInput,
  idempotencyKey: string,
): Promise<{ outcome: "ok"; tickets: Ticket[] } | Refused | SignedOut | Throttled | Unavailable> {
  const path = "/api/tickets";
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (!reply.reached || reply.status !== 201)
    return failure(reply, "refused", "signed_out", "throttled");
  return { outcome: "ok", tickets: [reply.body as Ticket | Ticket[]].flat() };
}

export async function updateTicket(
  caller: Caller,
  id: string,
  body: TicketChange,
): Promise<Saved | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  const path = `/api/tickets/${encodeURIComponent(id)}`;
  const reply = await send(caller, { method: "PUT", path, body });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", ticket: reply.body as Ticket };
}

/** `processing`: asked for and not decided yet; asking again is the same as once. */
export async function withdrawTicket(
  caller: Caller,
  id: string,
): Promise<
  | { outcome: "ok" }
  | { outcome: "processing" }
  | Refused
  | SignedOut
  | NotFound
  | Throttled
  | Unavailable
> {
  const path = `/api/tickets/${encodeURIComponent(id)}`;
  const reply = await send(caller, { method: "DELETE", path });
  if (reply.reached && reply.status === 204) return { outcome: "ok" };
  if (reply.reached && reply.status === 202) return { outcome: "processing" };
  return failure(reply, "refused", "signed_out", "not_found", "throttled");
}
