import { type Caller, failure, send } from "./transport.ts";
import type { SignedOut, Throttled, Unavailable } from "./transport.ts";
import type { Calendar, CalendarAddress } from "./types.gen.ts";

const path = "/api/orders/calendar";

export async function getCalendar(
  caller: Caller,
): Promise<{ outcome: "ok"; calendar: Calendar } | SignedOut | Unavailable> {
  const reply = await send(caller, { path });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out");
  return { outcome: "ok", calendar: reply.body as Calendar };
}

/** A new secret address, of which only this answer tells. The one before ends. */
export async function openCalendar(
  caller: Caller,
): Promise<{ outcome: "ok"; address: CalendarAddress } | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "POST", path });
  if (!reply.reached || reply.status !== 201) return failure(reply, "signed_out", "throttled");
  return { outcome: "ok", address: reply.body as CalendarAddress };
}

export async function closeCalendar(
  caller: Caller,
): Promise<{ outcome: "ok" } | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "DELETE", path });
  if (!reply.reached || reply.status !== 204) return failure(reply, "signed_out", "throttled");
  return { outcome: "ok" };
}
