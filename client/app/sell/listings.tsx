import { EmptyState, Notice } from "@/components/notice";
import { OwnTicket } from "@/components/own-ticket";
import { PageLink } from "@/components/page-link";
import { TicketBadge } from "@/components/status-badge";
import type { Ticket } from "@/lib/api/types.gen";
import { rowId } from "@/lib/own-lists";
import { WithdrawForm } from "../tickets/withdraw-form";

type Props = {
  tickets: Ticket[];
  /** How many the caller has just listed together. */
  listed?: number | undefined;
};

/** The caller's own tickets, each with what its seller can do about it. */
export function Listings({ tickets, listed }: Props) {
  return (
    <>
      {listed !== undefined && (
        <Notice>
          {`${listed} tickets listed. Each is sold on its own. Next attach the ticket itself to each.`}
        </Notice>
      )}
      {tickets.length === 0 && (
        <EmptyState title="Nothing listed yet">
          A ticket that you list is for sale at once. You can change or withdraw it here.
        </EmptyState>
      )}
      <ul className="order-list" aria-label="Listed tickets" hidden={tickets.length === 0}>
        {tickets.map(({ id, title, price, status, createdAt, hasFile }) => (
          <OwnTicket
            key={id}
            id={rowId(id)}
            ticketId={id}
            title={title}
            price={price}
            what="Listed"
            at={createdAt}
            badges={
              <span className="row">
                {hasFile && <span className="badge badge-attached">Ticket attached</span>}
                <TicketBadge status={status} />
              </span>
            }
          >
            {status === "available" && (
              <div className="order-actions">
                <PageLink
                  className="button button-quiet"
                  href={`/tickets/${id}/edit`}
                  aria-label={`Edit ${title}`}
                >
                  Edit
                </PageLink>
                {!hasFile && (
                  <PageLink
                    className="button button-quiet"
                    href={`/tickets/${id}#ticket-itself`}
                    aria-label={`Attach the ticket itself: ${title}`}
                  >
                    Attach the ticket
                  </PageLink>
                )}
                <WithdrawForm id={id} back="/sell" />
              </div>
            )}
          </OwnTicket>
        ))}
      </ul>
    </>
  );
}
