"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { createOrder } from "@/lib/api/orders";
import { serverCaller } from "@/lib/api/server";
import { createTicket, getTicket, updateTicket, withdrawTicket } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";
import { blankForm, explain, type FormState, textOf } from "@/lib/form-state";
import { goOn } from "@/lib/go-on";
import { deleteKeptInput, keepForSignIn } from "@/lib/kept-input-server";
import { listingKey } from "@/lib/listing-key";
import { lostWords } from "@/lib/lost-words";
import { type ChangedOffer, changedOffer } from "@/lib/offer-news";
import { returnPath, signInPath } from "@/lib/return-path";
import { inputOf, quantityOf, type TicketText, typedTicket } from "./ticket-fields";

export async function listTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const typed = typedTicket(form);
  const showId = textOf(form, "showId");
  const quantity = textOf(form, "quantity");
  const input = { ...inputOf(typed), ...quantityOf(quantity), ...(showId ? { showId } : {}) };
  const key = listingKey(textOf(form, "attempt"), { ...typed, showId, quantity });
  const answer = await createTicket(await serverCaller(), input, key);
  if (answer.outcome === "signed_out")
    return keepForSignIn(showId ? `/shows/${showId}/sell` : "/tickets/new", form);
  if (answer.outcome !== "ok")
    return explain(answer, { values: { ...typed, quantity }, lost: lostWords.sell });
  await deleteKeptInput();
  const [ticket, ...others] = answer.tickets;
  redirect(others.length > 0 ? `/sell?listed=${answer.tickets.length}` : `/tickets/${ticket?.id}`);
}

export type EditState = FormState & {
  /** The ticket as it is now, after it was changed elsewhere. */
  now?: Ticket | undefined;
};

export async function editTicketAction(before: EditState, form: FormData): Promise<EditState> {
  const id = textOf(form, "id");
  const typed = typedTicket(form);
  const caller = await serverCaller();
  const change = { ...inputOf(typed), version: Number(textOf(form, "version")) };
  const answer = await updateTicket(caller, id, change);
  if (answer.outcome === "signed_out") return keepForSignIn(`/tickets/${id}/edit`, form);
  if (answer.outcome === "refused" && answer.slug === "ticket_changed") {
    const found = await getTicket(caller, id);
    if (found.outcome === "ok") return changedElsewhere(found.ticket, typed);
  }
  if (answer.outcome !== "ok")
    return { now: before.now, ...explain(answer, { values: typed, lost: lostWords.edit }) };
  await deleteKeptInput();
  goOn(`/tickets/${id}`);
}

function changedElsewhere(now: Ticket, values: TicketText): EditState {
  if (now.status !== "available")
    return {
      ...blankForm("", values),
      message: `This ticket is ${now.status} now, so it cannot be changed.`,
    };
  const message =
    "This ticket was changed elsewhere after you opened this page. What you typed is not saved.";
  return { ...blankForm("", values), message, now };
}

/** Takes a ticket off sale, and goes back to where that was asked for. */
export async function withdrawTicketAction(_: FormState, form: FormData): Promise<FormState> {
  const id = textOf(form, "id");
  const back = returnPath(form.get("back"));
  const answer = await withdrawTicket(await serverCaller(), id);
  if (answer.outcome === "signed_out") redirect(signInPath(back));
  if (answer.outcome === "processing")
    return {
      ...blankForm(),
      message: "The withdrawal is not confirmed yet. Press the button again in a moment.",
    };
  if (answer.outcome !== "ok") return explain(answer, { values: {} });
  redirect(back);
}

/** With what the API has, if the offer is another one than the page said. */
export type BuyState = FormState & Omit<ChangedOffer, "message">;

export async function buyTicketAction(_: BuyState, form: FormData): Promise<BuyState> {
  const id = textOf(form, "ticketId");
  const attempt = textOf(form, "attempt");
  const price = textOf(form, "price");
  const promise = textOf(form, "filePromised");
  const seen = { price, ...(promise ? { filePromised: promise === "true" } : {}) };
  const answer = await createOrder(await serverCaller(), { ticketId: id, ...seen }, attempt);
  if (answer.outcome === "signed_out") return keepForSignIn(`/tickets/${id}`, form);
  // An earlier try of the same attempt may have made the order.
  if (answer.outcome === "unavailable" || answer.outcome === "throttled")
    return explain(answer, { values: {}, attempt, lost: lostWords.buy });
  // The page is out of date: with the answer comes the ticket as it is.
  if (answer.outcome === "refused" || answer.outcome === "not_found") refresh();
  const changed = answer.outcome === "refused" && changedOffer(answer, Number(price));
  if (changed) return { ...blankForm(crypto.randomUUID()), ...changed };
  if (answer.outcome !== "ok") return explain(answer, { values: {}, attempt: crypto.randomUUID() });
  redirect(`/orders/${answer.order.id}`);
}
