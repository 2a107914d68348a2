import { redirect } from "next/navigation";
import { LocalTime } from "@/components/local-time";
import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { OrderBadge } from "@/components/status-badge";
import { TicketTitle } from "@/components/ticket-title";
import { hidden } from "@/lib/metadata";
import { readOrders } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";

export const metadata = { title: "My orders", ...hidden };

export default async function Orders() {
  const answer = await readOrders();
  if (answer.outcome === "signed_out") redirect(signInPath("/orders"));
  if (answer.outcome === "unavailable") return <ServiceUnavailable />;
  return (
    <div className="orders">
      <h1>My orders</h1>
      {answer.orders.length === 0 && (
        <EmptyState
          title="Nothing ordered yet"
          action={
            <PageLink className="button button-primary" href="/">
              Browse tickets
            </PageLink>
          }
        >
          Find something you would like to go to, and press Buy.
        </EmptyState>
      )}
      <ul className="order-list" hidden={answer.orders.length === 0}>
        {answer.orders.map((order) => (
          <li key={order.id} className="order-row">
            <div className="order-line">
              <TicketTitle as="h2" title={order.ticket.title} href={`/orders/${order.id}`} />
              <span className="order-price">
                <Price amount={order.ticket.price} />
              </span>
            </div>
            <div className="order-line">
              <span className="order-date">
                <LocalTime iso={order.createdAt} />
              </span>
              <OrderBadge order={order} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
