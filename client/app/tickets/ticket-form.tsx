"use client";

import { Checkbox } from "@/components/checkbox";
import { Field } from "@/components/field";
import { Complaint } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import type { Settings, Show, Ticket } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { formatPrice } from "@/lib/format";
import { lostWords } from "@/lib/lost-words";
import { seatOf } from "@/lib/seat";
import { type EditState, editTicketAction, listTicketAction } from "./actions";
import { fieldsOf, quantityField, textsToBegin } from "./ticket-fields";

type Props = {
  ticket?: Ticket;
  /** What a new ticket is for. */
  show?: Pick<Show, "id" | "name">;
  /** Names the listing; see lib/listing-key.ts. */
  attempt?: string;
  /** What was typed before, if it could not be sent. */
  kept?: Record<string, string> | undefined;
  settings: Settings | undefined;
};

/** Lists a ticket, or changes the one it is given. */
export function TicketForm({ ticket, show, attempt = "", kept, settings }: Props) {
  const showId = show?.id ?? ticket?.showId;
  const action = ticket ? editTicketAction : listTicketAction;
  const initial: EditState = blankForm(attempt, textsToBegin(ticket, kept));
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
      {showId && (
        <>
          <input type="hidden" name="showId" value={showId} />
          <input type="hidden" name="title" value={show?.name ?? ticket?.title} />
        </>
      )}
      {fieldsOf(showId !== undefined).map(({ hint, only, ...field }) =>
        field.type === "checkbox" ? (
          <Checkbox
            key={field.name}
            name={field.name}
            label={field.label}
            hint={hint?.(settings)}
            defaultChecked={Boolean(state.values[field.name])}
          />
        ) : (
          <Field
            key={field.name}
            {...field}
            hint={hint?.(settings)}
            autoComplete="off"
            defaultValue={state.values[field.name]}
            error={state.fields[field.name]}
          />
        ),
      )}
      {!ticket && (
        <Field
          {...quantityField}
          autoComplete="off"
          defaultValue={state.values["quantity"] || "1"}
          error={state.fields["quantity"]}
        />
      )}
      {!ticket && (
        <p className="field-hint">
          Next you can attach the ticket itself: its PDF, a picture of it, or its code.
        </p>
      )}
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
function Now(ticket: Ticket) {
  const { title, price, faceValue, restrictions, filePromised } = ticket;
  const optional = [
    seatOf(ticket),
    faceValue && formatPrice(faceValue),
    restrictions,
    filePromised && "The ticket itself is given after the sale.",
  ].filter(Boolean);
  return (
    <div className="notice">
      <p>It is now:</p>
      <p>
        <strong>
          <bdi>{title}</bdi>
        </strong>
      </p>
      {optional.map((text, index) => (
        <p key={index}>
          <bdi>{text}</bdi>
        </p>
      ))}
      <p>
        <Price amount={price} />
      </p>
      <p>“Save changes” replaces that with what is below.</p>
    </div>
  );
}
