import { type Caller, failure, send, type Unavailable } from "./transport.ts";
import type { Settings } from "./types.gen.ts";

export async function getSettings(
  caller: Caller,
): Promise<{ outcome: "ok"; settings: Settings } | Unavailable> {
  const reply = await send(caller, { path: "/api/settings" });
  if (!reply.reached || reply.status !== 200) return failure<never>(reply);
  return { outcome: "ok", settings: reply.body as Settings };
}
