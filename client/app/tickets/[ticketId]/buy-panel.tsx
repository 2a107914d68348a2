"use client";

import { useState } from "react";
import { Complaint } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { SubmitButton } from "@/components/submit-button";
import { useForm } from "@/components/use-form";
import type { Ticket } from "@/lib/api/types.gen";
import { blankForm } from "@/lib/form-state";
import { lostWords } from "@/lib/lost-words";
import { firstSeen, newest, priceChanged, type Sources } from "@/lib/offer-news";
import { signInPath } from "@/lib/return-path";
import { promiseChanged, promiseCounts, whatYouGet } from "@/lib/what-you-get";
import { type BuyState, buyTicketAction } from "../actions";
import { WithdrawForm } from "../withdraw-form";
import { type Viewer, WhyNot } from "./why-not";

type Props = {
  ticket: Ticket;
  viewer: Viewer;
  /** The caller's own order of this ticket, if that is why it is not for sale. */
  orderId?: string | undefined;
  attempt: string;
  /** " for 15 minutes" */
  hold: string;
  /** Whether sellers may order what they have listed. */
  ownTickets: boolean;
  /** Whether each ticket has to be given, promised or not. */
  proofRequired: boolean;
};

/** Buy, or why not. Stays in place for every state of the ticket, and with it the answer to a
 *  purchase that came too late. */
export function BuyPanel(props: Props) {
  const { ticket, viewer, orderId, attempt, hold, ownTickets, proofRequired } = props;
  const initial: BuyState = blankForm(attempt);
  const { state, formAction, form } = useForm(buyTicketAction, initial, {
    lost: lostWords.buy,
    about: ticket.version,
  });
  const price = useNewest({ rendered: ticket.price, refused: state.price });
  const promise = useNewest({
    rendered: Boolean(ticket.filePromised),
    refused: state.filePromised,
  });
  const available = ticket.status === "available";
  const own = viewer === "seller";
  const offer = { hasFile: ticket.hasFile, filePromised: promise.value, proofRequired };
  const asksForPromise = promiseCounts(offer);
  const hasNews = available && !state.message;
  return (
    <div className="panel">
      <form ref={form} action={formAction} className="form">
        <Complaint>{state.message}</Complaint>
        <input type="hidden" name="ticketId" value={ticket.id} />
        <input type="hidden" name="price" value={price.value.toFixed(2)} />
        {asksForPromise && (
          <input type="hidden" name="filePromised" value={String(promise.value)} />
        )}
        <input type="hidden" name="attempt" value={state.message ? state.attempt : attempt} />
        <div role="status" className="news">
          {hasNews && price.before !== undefined && (
            <p className="notice">{priceChanged(price.before, price.value)}</p>
          )}
          {hasNews && !own && asksForPromise && promise.before !== undefined && (
            <p className="notice">{promiseChanged(promise.value)}</p>
          )}
          {!orderId && <WhyNot status={ticket.status} viewer={viewer} hold={hold} />}
        </div>
        {available && !own && <p>{whatYouGet(offer)}</p>}
        {available && own && (
          <PageLink className="button button-primary" href={`/tickets/${ticket.id}/edit`}>
            Edit
          </PageLink>
        )}
        {available && (viewer === "buyer" || (own && ownTickets)) && (
          <SubmitButton look={own ? "quiet" : "primary"} working="Reserving it for you…">
            Buy for <Price amount={price.value} />
          </SubmitButton>
        )}
        {available && viewer === "visitor" && (
          <PageLink className="button button-primary" href={signInPath(`/tickets/${ticket.id}`)}>
            Sign in to buy
          </PageLink>
        )}
      </form>
      {orderId && <OwnOrder orderId={orderId} sold={ticket.status === "sold"} />}
      {!available && !orderId && (
        <PageLink className="button button-quiet" href={own ? "/sell" : "/"}>
          {own ? "See what you sell" : "See what is for sale"}
        </PageLink>
      )}
      {available && own && <WithdrawForm id={ticket.id} back={`/tickets/${ticket.id}`} />}
    </div>
  );
}

/** What the offer is, and what it was before if it has changed under the page. */
function useNewest<Value>(sources: Sources<Value>) {
  const [seen, setSeen] = useState(() => firstSeen(sources));
  const next = newest(seen, sources);
  if (next !== seen) setSeen(next);
  return next;
}

function OwnOrder({ orderId, sold }: { orderId: string; sold: boolean }) {
  return (
    <>
      <p>{sold ? "You bought this ticket." : "You reserved this ticket."}</p>
      <PageLink className="button button-primary" href={`/orders/${orderId}`}>
        {sold ? "See your order" : "Go to your order"}
      </PageLink>
    </>
  );
}
