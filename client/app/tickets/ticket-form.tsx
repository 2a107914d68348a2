"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { editTicketAction, listTicketAction } from "./actions";

type Props = {
  ticket?: { id: string; title: string; price: string };
  /** What was typed before, if it could not be sent. */
  kept?: Record<string, string> | undefined;
};

/** Lists a ticket, or changes the one it is given. */
export function TicketForm({ ticket, kept }: Props) {
  const action = ticket ? editTicketAction : listTicketAction;
  const initial = { title: ticket?.title ?? "", price: ticket?.price ?? "", ...kept };
  const { state, formAction, form } = useForm(action, blankForm("", initial), {
    lost: ticket ? lostWords.edit : lostWords.sell,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      {ticket && <input type="hidden" name="id" value={ticket.id} />}
      <Field
        name="title"
        label="What is it for?"
        hint="The event, the date, the seat: what a buyer wants to know."
        autoComplete="off"
        dir="auto"
        defaultValue={state.values["title"]}
        error={state.fields["title"]}
        required
      />
      <Field
        name="price"
        label="Price"
        prefix="$"
        inputMode="decimal"
        autoComplete="off"
        defaultValue={state.values["price"]}
        error={state.fields["price"]}
        required
      />
      <div className="row">
        <SubmitButton working={ticket ? "Saving…" : "Listing…"}>
          {ticket ? "Save changes" : "List ticket"}
        </SubmitButton>
        {ticket && (
          <PageLink className="button button-quiet" href={`/tickets/${ticket.id}`}>
            Back to the ticket
          </PageLink>
        )}
      </div>
    </form>
  );
}
