"use server";

import { redirect } from "next/navigation";
import { createOrder } from "@/lib/api/orders";
import { serverCaller } from "@/lib/api/server";
import { createTicket, updateTicket } from "@/lib/api/tickets";
import { explain, type FormState, textOf } from "@/lib/form-state";
import { signInPath } from "@/lib/return-path";

export async function listTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const input = ticketInput(form);
  const answer = await createTicket(await serverCaller(), input);
  if (answer.outcome === "signed_out") redirect(signInPath("/tickets/new"));
  if (answer.outcome !== "ok") return explain(answer, { values: input });
  redirect(`/tickets/${answer.ticket.id}`);
}

export async function editTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "id");
  const input = ticketInput(form);
  const answer = await updateTicket(await serverCaller(), id, input);
  if (answer.outcome === "signed_out") redirect(signInPath(`/tickets/${id}/edit`));
  if (answer.outcome !== "ok") return explain(answer, { values: input });
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
  if (answer.outcome === "signed_out") redirect(signInPath(`/tickets/${id}`));
  if (answer.outcome === "unavailable") return explain(answer, { values: {}, attempt });
  if (answer.outcome !== "ok") return explain(answer, { values: {}, attempt: crypto.randomUUID() });
  redirect(`/orders/${answer.order.id}`);
}
