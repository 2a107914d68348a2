import { type Caller, failure, type NotFound, open, type Refused } from "./transport.ts";
import { send, type Sent } from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { RevealedTicket, TicketCode, TicketState, TicketUpload } from "./types.gen.ts";

export type Uploaded =
  | { outcome: "ok"; upload: TicketUpload }
  | Refused
  | SignedOut
  | NotFound
  | Throttled
  | Unavailable;

const pathOf = (ticketId: string) => `/api/tickets/${encodeURIComponent(ticketId)}`;

/** A PDF, PNG or JPEG file, in place of what its buyer would have got before. */
export const setTicketFile = (caller: Caller, ticketId: string, file: Blob): Promise<Uploaded> =>
  upload(caller, { path: `${pathOf(ticketId)}/file`, file });

/** The same for a code without a file. */
export const setTicketCode = (
  caller: Caller,
  ticketId: string,
  body: TicketCode,
): Promise<Uploaded> => upload(caller, { path: `${pathOf(ticketId)}/code`, body });

async function upload(caller: Caller, sent: Sent): Promise<Uploaded> {
  const reply = await send(caller, { method: "PUT", ...sent });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", upload: reply.body as TicketUpload };
}

const orderPathOf = (orderId: string) => `/api/orders/${encodeURIComponent(orderId)}/ticket`;

/** For its buyer and its seller. `not_found` also while a payment has only just been accepted. */
export async function getTicketState(
  caller: Caller,
  orderId: string,
): Promise<{ outcome: "ok"; ticket: TicketState } | SignedOut | NotFound | Unavailable> {
  const reply = await send(caller, { path: orderPathOf(orderId) });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out", "not_found");
  return { outcome: "ok", ticket: reply.body as TicketState };
}

/** Shows its buyer the ticket, which then cannot be returned. Again, it is the same answer. */
export async function revealTicket(
  caller: Caller,
  orderId: string,
): Promise<
  | { outcome: "ok"; ticket: RevealedTicket }
  | Refused
  | SignedOut
  | NotFound
  | Throttled
  | Unavailable
> {
  const reply = await send(caller, { method: "POST", path: `${orderPathOf(orderId)}/reveal` });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", ticket: reply.body as RevealedTicket };
}

/** Lists the ticket again for its buyer, who was not shown it. Again, it is the same answer. */
export async function resellTicket(
  caller: Caller,
  orderId: string,
): Promise<
  { outcome: "ok"; ticket: TicketState } | Refused | SignedOut | NotFound | Throttled | Unavailable
> {
  const reply = await send(caller, { method: "POST", path: `${orderPathOf(orderId)}/resale` });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", ticket: reply.body as TicketState };
}

/** The file that the buyer was shown, as it comes. */
export const openTicketFile = (caller: Caller, orderId: string): Promise<Response | undefined> =>
  open(caller, `${orderPathOf(orderId)}/file`);
