import { Fragment, type ReactElement } from "react";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { type OrderOutcome, outcomeOf } from "@/components/status-badge";
import type { Order } from "@/lib/api/types.gen";

/** The state of the order. The region stays while its words change, so that the change is read out. */
export function OrderNews({ order }: { order: Order }) {
  const outcome = outcomeOf(order);
  return (
    <div role="status" className="news">
      <Fragment key={outcome}>{words(order)[outcome]}</Fragment>
    </div>
  );
}

function words({ ticket }: Order): Record<OrderOutcome, ReactElement> {
  const again = (
    <PageLink className="button button-quiet" href={`/tickets/${ticket.id}`}>
      Look at the ticket again
    </PageLink>
  );
  return {
    waiting: <h2>Reserved for you</h2>,
    complete: (
      <>
        <h2>It’s yours</h2>
        <p>The order is complete and paid for.</p>
      </>
    ),
    expired: (
      <>
        <h2>The time ran out</h2>
        <p>You were not charged. The order has expired, and the ticket went back on sale.</p>
        {again}
      </>
    ),
    cancelled: (
      <>
        <h2>You cancelled this order</h2>
        <p>You were not charged. The ticket went back on sale.</p>
        {again}
      </>
    ),
    refunded: (
      <>
        <h2>Your money is on its way back</h2>
        <p>
          You returned this ticket. <Price amount={ticket.price} /> goes back to the card you paid
          with, which takes banks a few days. The ticket went back on sale.
        </p>
        {again}
      </>
    ),
    failed: (
      <>
        <h2>The payment failed</h2>
        <p>Your bank did not release the money, so the order is cancelled.</p>
        {again}
      </>
    ),
  };
}
