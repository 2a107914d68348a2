import { LocalTime } from "@/components/local-time";
import { EmptyState } from "@/components/notice";
import { OwnTicket } from "@/components/own-ticket";
import { TicketBadge } from "@/components/status-badge";
import type { Sale } from "@/lib/api/types.gen";
import { readTicketState } from "@/lib/reads";

/** Until when the ticket itself has to be attached, if that is so. */
async function Due({ orderId }: { orderId: string }) {
  const found = await readTicketState(orderId);
  const dueAt = found.outcome === "ok" ? found.ticket.dueAt : undefined;
  if (!dueAt) return null;
  return (
    <p className="notice">
      <span>Attach the ticket itself: due </span>
      <LocalTime iso={dueAt} />
    </p>
  );
}

/** What the caller has sold, at the price that was agreed. */
export function Sales({ sales }: { sales: Sale[] }) {
  return (
    <>
      {sales.length === 0 && (
        <EmptyState title="Nothing sold yet">
          Here you see what you sold, for how much and when.
        </EmptyState>
      )}
      <ul className="order-list" aria-label="Sold tickets" hidden={sales.length === 0}>
        {sales.map(({ orderId, price, soldAt, ticket }) => (
          <OwnTicket
            key={orderId}
            ticketId={ticket.id}
            title={ticket.title}
            price={price}
            what="Sold"
            at={soldAt}
            badges={<TicketBadge status="sold" />}
          >
            {!ticket.hasFile && <Due orderId={orderId} />}
          </OwnTicket>
        ))}
      </ul>
    </>
  );
}
