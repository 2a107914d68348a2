"use server";

import { setTimeout as wait } from "node:timers/promises";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { resellTicket, revealTicket } from "@/lib/api/delivery";
import { cancelOrder, getOrder } from "@/lib/api/orders";
import { createPayment, refundOrder } from "@/lib/api/payments";
import { serverCaller } from "@/lib/api/server";
import { getTicket } from "@/lib/api/tickets";
import type { Caller, NotFound, Refused } from "@/lib/api/transport";
import type { OrderStatus } from "@/lib/api/types.gen";
import { blankForm, explain, type FormState, type LateState, textOf } from "@/lib/form-state";
import { keepForSignIn } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";

export async function cancelOrderAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "orderId");
  const answer = await cancelOrder(await serverCaller(), id);
  if (answer.outcome === "signed_out") return keepForSignIn(`/orders/${id}`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.cancel });
  redirect(`/orders/${id}`);
}

export type PaymentState = LateState & {
  /** The buyer's bank asks for a confirmation: for Stripe's script, together with the key. */
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
      if (await leaves(caller, orderId, "created")) redirect(`/orders/${orderId}`);
      return { ...blankForm(attempt, values), waiting: true };
    // For any answer of the bank, pressing Pay again would be for another card: a new attempt, before
    // which the API ends this one.
    case "requires_action":
      return { ...blankForm(crypto.randomUUID(), values), clientSecret: answer.clientSecret };
    case "signed_out":
      return keepForSignIn(`/orders/${orderId}`, form);
    case "unavailable":
      return { ...blankForm(attempt, values), message: lostWords.pay };
    // Does not cover an earlier try of the same attempt, which may have charged the buyer.
    case "throttled":
      return explain(answer, { values, attempt });
    // A decline is final for its attempt, so the next one gets another name.
    case "refused":
    case "not_found":
      return notCharged(explain(answer, { values, attempt: crypto.randomUUID() }), answer);
  }
}

/** After a failed payment a buyer asks first whether they were charged, then what to do. */
function notCharged(state: FormState, answer: Refused | NotFound): FormState {
  const said = state.fields["token"] ?? state.message ?? "";
  const isDeclined = answer.outcome === "refused" && answer.slug === "card_declined";
  const saysWhatToDo = said.includes("Try again");
  const advice = isDeclined && !saysWhatToDo ? " Try another card, or ask your bank." : "";
  return { ...state, fields: {}, message: `${said} You have not been charged.${advice}` };
}

/** Gives a paid ticket back: the whole price returns, and the ticket is for sale again. */
export async function returnTicketAction(_: LateState, form: FormData): Promise<LateState> {
  const orderId = textOf(form, "orderId");
  const attempt = textOf(form, "attempt");
  const caller = await serverCaller();
  const answer = await refundOrder(caller, orderId, { relist: true }, attempt);
  switch (answer.outcome) {
    case "ok":
    case "processing":
      if (await leaves(caller, orderId, "complete")) redirect(`/orders/${orderId}`);
      return { ...blankForm(attempt), waiting: true };
    case "signed_out":
      return keepForSignIn(`/orders/${orderId}`, form);
    case "unavailable":
      return { ...blankForm(attempt), message: lostWords.refund };
    case "throttled":
      return explain(answer, { values: {}, attempt });
    case "refused":
    case "not_found":
      return explain(answer, { values: {}, attempt: crypto.randomUUID() });
  }
}

/** From now on the ticket cannot be returned. The page of the ticket shows what the answer has. */
export async function showTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const orderId = textOf(form, "orderId");
  const answer = await revealTicket(await serverCaller(), orderId);
  if (answer.outcome === "signed_out") return keepForSignIn(`/orders/${orderId}`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.show });
  // Back is then the order as it is now, which takes no return.
  revalidatePath("/orders/[orderId]", "page");
  redirect(`/orders/${orderId}/ticket`);
}

/** The ticket is another one from then on, with the buyer as its seller. */
export async function resellTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const orderId = textOf(form, "orderId");
  const caller = await serverCaller();
  const answer = await resellTicket(caller, orderId);
  if (answer.outcome === "signed_out") return keepForSignIn(`/orders/${orderId}`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: {}, lost: lostWords.resell });
  const ticketId = answer.ticket.resaleTicketId;
  revalidatePath("/orders/[orderId]", "page");
  // It is made a moment later.
  for (let tries = 0; ticketId && tries < 20; tries++) {
    const found = await getTicket(caller, ticketId);
    if (found.outcome === "ok") redirect(`/tickets/${ticketId}`);
    await wait(100);
  }
  redirect(`/orders/${orderId}`);
}

/** Payments and refunds change their order a moment after they were accepted. Waiting for that here
 *  shows the outcome at once, and also to those without script. */
async function leaves(caller: Caller, orderId: string, status: OrderStatus): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await getOrder(caller, orderId);
    if (answer.outcome === "ok" && answer.order.status !== status) return true;
    await wait(100);
  }
  return false;
}
