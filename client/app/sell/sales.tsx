import { LocalTime } from "@/components/local-time";
import { EmptyState } from "@/components/notice";
import { Price } from "@/components/price";
import { TicketBadge } from "@/components/status-badge";
import { TicketTitle } from "@/components/ticket-title";
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
          <li key={orderId} className="order-row">
            <div className="order-line">
              <TicketTitle as="h2" title={ticket.title} href={`/tickets/${ticket.id}`} />
              <span className="order-price">
                <Price amount={price} />
              </span>
            </div>
            <div className="order-line">
              <span className="order-date">
                <span>Sold </span>
                <LocalTime iso={soldAt} />
              </span>
              <TicketBadge status="sold" />
            </div>
            {!ticket.hasFile && <Due orderId={orderId} />}
          </li>
        ))}
      </ul>
    </>
  );
}
