import { type Caller, failure, type NotFound, type Refused, type Sent, send } from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { TicketCode, TicketUpload } from "./types.gen.ts";

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
