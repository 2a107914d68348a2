import { type Caller, failure, type NotFound, type Refused, send } from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { PaymentInput, PendingPayment, Refundable, RefundInput } from "./types.gen.ts";

/** `processing`: accepted, with an outcome that is not known yet. */
export type Asked = { outcome: "ok" } | { outcome: "processing" };
export type Paid = Asked | { outcome: "requires_action"; clientSecret: string };

export async function createPayment(
  caller: Caller,
  body: PaymentInput,
  idempotencyKey: string,
): Promise<Paid | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  const path = "/api/payments";
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (reply.reached && reply.status === 201) return { outcome: "ok" };
  if (reply.reached && reply.status === 202) {
    const pending = reply.body as PendingPayment;
    return pending.status === "requires_action" && pending.clientSecret
      ? { outcome: "requires_action", clientSecret: pending.clientSecret }
      : { outcome: "processing" };
  }
  return failure(reply, "refused", "signed_out", "not_found", "throttled");
}

const refundPathOf = (orderId: string) => `/api/orders/${encodeURIComponent(orderId)}/refund`;

export async function getRefundable(
  caller: Caller,
  orderId: string,
): Promise<{ outcome: "ok"; refundable: Refundable } | SignedOut | NotFound | Unavailable> {
  const reply = await send(caller, { path: refundPathOf(orderId) });
  if (!reply.reached || reply.status !== 200) return failure(reply, "signed_out", "not_found");
  return { outcome: "ok", refundable: reply.body as Refundable };
}

export async function refundOrder(
  caller: Caller,
  orderId: string,
  body: RefundInput,
  idempotencyKey: string,
): Promise<Asked | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  const path = refundPathOf(orderId);
  const reply = await send(caller, { method: "POST", path, body, idempotencyKey });
  if (reply.reached && reply.status === 201) return { outcome: "ok" };
  if (reply.reached && reply.status === 202) return { outcome: "processing" };
  return failure(reply, "refused", "signed_out", "not_found", "throttled");
}
