"use client";

import { Complaint } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import type { Ticket } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { signInPath } from "@/lib/return-path";
import { buyTicketAction } from "../actions";

type Props = {
  ticket: Ticket;
  viewer: "stranger" | "buyer" | "seller";
  /** The caller's own order of this ticket, if that is why it is not for sale. */
  orderId?: string | undefined;
  attempt: string;
  /** " for 15 minutes" */
  hold: string;
};

/** Buy, or why not. Stays in place whatever happens to the ticket, and with it the answer to a
 *  purchase that came too late. */
export function BuyPanel({ ticket, viewer, orderId, attempt, hold }: Props) {
  const { state, formAction, form } = useForm(buyTicketAction, blankForm(attempt), {
    lost: lostWords.buy,
    about: ticket.version,
  });
  return (
    <form ref={form} action={formAction} className="panel">
      <Complaint>{state.message}</Complaint>
      <input type="hidden" name="ticketId" value={ticket.id} />
      <input type="hidden" name="attempt" value={state.message ? state.attempt : attempt} />
      <div role="status">{orderId ? null : <WhyNot status={ticket.status} hold={hold} />}</div>
      {orderId && (
        <>
          <p>
            {ticket.status === "sold" ? "You bought this ticket." : "You reserved this ticket."}
          </p>
          <PageLink className="button button-primary" href={`/orders/${orderId}`}>
            {ticket.status === "sold" ? "See your order" : "Go to your order"}
          </PageLink>
        </>
      )}
      {ticket.status !== "available" && !orderId && (
        <PageLink className="button button-quiet" href="/">
          See what is for sale
        </PageLink>
      )}
      {ticket.status === "available" && viewer === "stranger" && (
        <PageLink className="button button-primary" href={signInPath(`/tickets/${ticket.id}`)}>
          Sign in to buy
        </PageLink>
      )}
      {ticket.status === "available" && viewer !== "stranger" && (
        <SubmitButton working="Reserving it for you…">
          Buy for <Price amount={ticket.price} />
        </SubmitButton>
      )}
      {viewer === "seller" && (
        <p className="panel-own">
          <span>You listed this ticket.</span>
          {ticket.status === "available" && (
            <PageLink href={`/tickets/${ticket.id}/edit`}>Edit</PageLink>
          )}
        </p>
      )}
    </form>
  );
}

function WhyNot({ status, hold }: Pick<Ticket, "status"> & { hold: string }) {
  if (status === "available") return <p>{`Buying holds it for you${hold} while you pay.`}</p>;
  if (status === "sold") return <p>This ticket is sold.</p>;
  return (
    <p>
      Somebody has reserved this ticket. If they don’t pay in time it is for sale again, and you
      will see it here.
    </p>
  );
}
