"use server";

import { redirect } from "next/navigation";
import { createOrder } from "@/lib/api/orders";
import { serverCaller } from "@/lib/api/server";
import { createTicket, updateTicket } from "@/lib/api/tickets";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { keepForSignIn, forget } from "@/lib/kept-input-server";
import { lostWords } from "@/lib/lost-words";

export async function listTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const input = ticketInput(form);
  const answer = await createTicket(await serverCaller(), input);
  if (answer.outcome === "signed_out") return keepForSignIn("/tickets/new", form);
  if (answer.outcome !== "ok") return explain(answer, { values: input, lost: lostWords.sell });
  await forget();
  redirect(`/tickets/${answer.ticket.id}`);
}

export async function editTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "id");
  const input = ticketInput(form);
  const answer = await updateTicket(await serverCaller(), id, input);
  if (answer.outcome === "signed_out") return keepForSignIn(`/tickets/${id}/edit`, form);
  if (answer.outcome !== "ok") return explain(answer, { values: input, lost: lostWords.edit });
  await forget();
  redirect(`/tickets/${id}`);
}

/** The price goes on as it was typed: the API reads decimal strings, so no float comes in between. */
const ticketInput = (form: FormData) => ({
  title: textOf(form, "title"),
  price: textOf(form, "price").replace(/^\$\s*/, ""),
});

export async function buyTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "ticketId");
  const attempt = textOf(form, "attempt");
  const answer = await createOrder(await serverCaller(), id, attempt);
  if (answer.outcome === "signed_out") return keepForSignIn(`/tickets/${id}`, form);
  if (answer.outcome === "unavailable") return explain(answer, { values: {}, attempt, lost: lostWords.buy });
  if (answer.outcome !== "ok") return explain(answer, { values: {}, attempt: crypto.randomUUID() });
  redirect(`/orders/${answer.order.id}`);
}
