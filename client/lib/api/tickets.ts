import { type Caller, failure, type NotFound, type Refused, send } from "./transport.ts";
import { type SignedOut, type Unavailable } from "./transport.ts";
import type { Ticket, TicketChange, TicketInput, TicketStatus } from "./types.gen.ts";

export type TicketQuery = { status?: TicketStatus; cursor?: string; limit?: number };
export type TicketPage = { outcome: "ok"; tickets: Ticket[]; nextCursor?: string };

export async function listTickets(
  caller: Caller,
  query: TicketQuery = {},
): Promise<TicketPage | Refused | Unavailable> {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  const reply = await send(caller, { path: `/api/tickets?${search}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused");
  const nextCursor = cursorOf(reply.headers.get("link"));
  return { outcome: "ok", tickets: reply.body as Ticket[], nextCursor };
}

/** RFC 8288: the target of the link whose relation is `next`. */
function cursorOf(link: string | null): string | undefined {
  const target = link?.match(/<([^>]*)>\s*;\s*rel="?next"?/)?.[1];
  if (!target) return undefined;
  return new URL(target, "http://api.invalid").searchParams.get("cursor") ?? undefined;
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

export async function createTicket(
  caller: Caller,
  body: TicketInput,
  idempotencyKey: string,
): Promise<Saved | Refused | SignedOut | Unavailable> {
  const path = "/api/tickets";
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (!reply.reached || reply.status !== 201) return failure(reply, "refused", "signed_out");
  return { outcome: "ok", ticket: reply.body as Ticket };
}

export async function updateTicket(
  caller: Caller,
  id: string,
  body: TicketChange,
): Promise<Saved | Refused | SignedOut | NotFound | Unavailable> {
  const path = `/api/tickets/${encodeURIComponent(id)}`;
  const reply = await send(caller, { method: "PUT", path, body });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found");
  return { outcome: "ok", ticket: reply.body as Ticket };
}

/** `processing`: asked for and not decided yet; asking again is the same as once. */
export async function withdrawTicket(
  caller: Caller,
  id: string,
): Promise<
  { outcome: "ok" } | { outcome: "processing" } | Refused | SignedOut | NotFound | Unavailable
> {
  const path = `/api/tickets/${encodeURIComponent(id)}`;
  const reply = await send(caller, { method: "DELETE", path });
  if (reply.reached && reply.status === 204) return { outcome: "ok" };
  if (reply.reached && reply.status === 202) return { outcome: "processing" };
  return failure(reply, "refused", "signed_out", "not_found");
}
