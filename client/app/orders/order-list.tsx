import { LocalTime } from "@/components/local-time";
import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Price } from "@/components/price";
import { OrderBadge } from "@/components/status-badge";
import { TicketTitle } from "@/components/ticket-title";
import type { Order } from "@/lib/api/types.gen";

export function OrderList({ orders }: { orders: Order[] }) {
  return (
    <>
      {orders.length === 0 && <NoOrders />}
      <ul className="order-list" hidden={orders.length === 0}>
        {orders.map((order) => (
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
    </>
  );
}

const NoOrders = () => (
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
);
