import { type Caller, failure, type NotFound, type Refused, send } from "./transport.ts";
import { type SignedOut, type Unavailable } from "./transport.ts";
import type { PaymentInput, PendingPayment } from "./types.gen.ts";

export type Paid =
  | { outcome: "ok" }
  | { outcome: "processing" }
  | { outcome: "requires_action"; clientSecret: string };

export async function createPayment(
  caller: Caller,
  body: PaymentInput,
  idempotencyKey: string,
): Promise<Paid | Refused | SignedOut | NotFound | Unavailable> {
  const path = "/api/payments";
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (reply.reached && reply.status === 201) return { outcome: "ok" };
  if (reply.reached && reply.status === 202) {
    const pending = reply.body as PendingPayment;
    return pending.status === "requires_action" && pending.clientSecret
      ? { outcome: "requires_action", clientSecret: pending.clientSecret }
      : { outcome: "processing" };
  }
  return failure(reply, "refused", "signed_out", "not_found");
}
