"use client";

import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import type { Settings } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { priceRange, titleLimit } from "@/lib/format";
import { lostWords } from "@/lib/lost-words";
import { type EditState, editTicketAction, listTicketAction } from "./actions";

type Props = {
  ticket?: { id: string; title: string; price: string; version: number };
  /** Names the listing; see lib/listing-key.ts. */
  attempt?: string;
  /** What was typed before, if it could not be sent. */
  kept?: Record<string, string> | undefined;
  settings: Settings | undefined;
};

/** Lists a ticket, or changes the one it is given. */
export function TicketForm({ ticket, attempt = "", kept, settings }: Props) {
  const action = ticket ? editTicketAction : listTicketAction;
  const typed = { title: ticket?.title ?? "", price: ticket?.price ?? "", ...kept };
  const initial: EditState = blankForm(attempt, typed);
  const { state, formAction, form } = useForm<EditState>(action, initial, {
    lost: ticket ? lostWords.edit : lostWords.sell,
  });
  return (
    <form ref={form} action={formAction} className="form" noValidate>
      <Complaint>{state.message}</Complaint>
      {state.now && <Now {...state.now} />}
      {ticket && (
        <>
          <input type="hidden" name="id" value={ticket.id} />
          <input type="hidden" name="version" value={state.now?.version ?? ticket.version} />
        </>
      )}
      <input type="hidden" name="attempt" value={attempt} />
      <Field
        name="title"
        label="What is it for?"
        hint={`The event, the date, the seat: what a buyer needs to know.${titleLimit(settings)}`}
        autoComplete="off"
        dir="auto"
        defaultValue={state.values["title"]}
        error={state.fields["title"]}
        required
      />
      <Field
        name="price"
        label="Price"
        hint={priceRange(settings)}
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

/** The ticket as it is now, above what was typed instead. */
function Now({ title, price }: NonNullable<EditState["now"]>) {
  return (
    <div className="notice">
      <p>It is now:</p>
      <p>
        <strong>
          <bdi>{title}</bdi>
        </strong>
      </p>
      <p>
        <Price amount={price} />
      </p>
      <p>“Save changes” replaces that with what is below.</p>
    </div>
  );
}
