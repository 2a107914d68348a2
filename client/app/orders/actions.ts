"use server";

import { setTimeout as wait } from "node:timers/promises";
import { redirect } from "next/navigation";
import { cancelOrder, getOrder } from "@/lib/api/orders";
import { createPayment } from "@/lib/api/payments";
import { serverCaller } from "@/lib/api/server";
import type { Caller } from "@/lib/api/transport";
import { blankForm, explain, type FormState, textOf } from "@/lib/form-state";
import { signInPath } from "@/lib/return-path";

export async function cancelOrderAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "orderId");
  const answer = await cancelOrder(await serverCaller(), id);
  if (answer.outcome === "signed_out") redirect(signInPath(`/orders/${id}`));
  if (answer.outcome !== "ok") return explain(answer, { values: {} });
  redirect(`/orders/${id}`);
}

export type PaymentState = FormState & {
  /** The bank has been asked and has not said yet; the order's page changes by itself. */
  waiting?: boolean;
  /** The buyer's bank wants a word with the buyer: for Stripe's script, together with the key. */
  clientSecret?: string;
};

export async function payAction(_: PaymentState, form: FormData): Promise<PaymentState> {
  const orderId = textOf(form, "orderId");
  const attempt = textOf(form, "attempt");
  const paymentMethodId = textOf(form, "paymentMethodId");
  const token = textOf(form, "token");
  const caller = await serverCaller();
  const input = paymentMethodId ? { paymentMethodId, orderId } : { token, orderId };
  const answer = await createPayment(caller, input, attempt);
  const values = { token };
  switch (answer.outcome) {
    case "ok":
    case "processing":
      if (await settled(caller, orderId)) redirect(`/orders/${orderId}`);
      return { ...blankForm(attempt, values), waiting: true };
    case "requires_action":
      return { ...blankForm(attempt, values), clientSecret: answer.clientSecret };
    case "signed_out":
      redirect(signInPath(`/orders/${orderId}`));
    case "unavailable":
      return {
        ...blankForm(attempt, values),
        message:
          "We could not find out whether the payment went through. Press Pay again: " +
          "you are never charged twice.",
      };
    // A decline is final for its attempt, so the next one gets another name.
    case "refused":
    case "not_found":
      return explain(answer, { values, attempt: crypto.randomUUID() });
  }
}

/** An accepted payment completes its order a moment later. Waiting for that here shows the outcome
 *  at once, and also to those without script. */
async function settled(caller: Caller, orderId: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await getOrder(caller, orderId);
    if (answer.outcome === "ok" && answer.order.status !== "created") return true;
    await wait(100);
  }
  return false;
}
