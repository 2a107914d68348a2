import type { Metadata } from "next";
import { OrderWatcher } from "@/components/order-watcher";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowLine } from "@/components/show-line";
import { OrderBadge } from "@/components/status-badge";
import { TicketStub } from "@/components/ticket-stub";
import { answerWith } from "@/lib/answer-status";
import type { OrderedTicket } from "@/lib/api/types.gen";
import { hidden } from "@/lib/metadata";
import { readOrder, readTicket, readTicketState, requireUser } from "@/lib/reads";
import { readSettings } from "@/lib/settings";
import { whatYouGet } from "@/lib/what-you-get";
import { Checkout } from "./checkout";
import OrderNotFound from "./not-found";
import { OrderNews } from "./order-news";
import { RefundPanel } from "./refund-panel";
import { TicketPanel } from "./ticket-panel";

type Props = { params: Promise<{ orderId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await readOrder((await params).orderId);
  const title = found.outcome === "ok" ? `Order: ${found.order.ticket.title}` : "Order";
  return { title, ...hidden };
}

export default async function OrderPage({ params }: Props) {
  const { orderId } = await params;
  const caller = await requireUser(`/orders/${orderId}`);
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const found = await readOrder(orderId);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  // Signed in and still refused: it belongs to another user, which looks the same as a missing one.
  if (found.outcome !== "ok") {
    answerWith(404);
    return <OrderNotFound />;
  }
  const { order } = found;
  const ticket = order.status === "complete" ? await readTicketState(order.id) : undefined;
  const known = ticket?.outcome === "ok" ? ticket.ticket : undefined;
  return (
    <div className="detail">
      <OrderWatcher id={order.id} version={order.version} />
      <TicketStub ticket={order.ticket} heading="h1" badge={<OrderBadge order={order} />}>
        <ShowLine ticket={order.ticket} />
      </TicketStub>
      <div className="panel">
        <OrderNews order={order} />
        {order.status === "created" && (
          <>
            <WhatYouGet {...order.ticket} />
            <Checkout order={order} />
          </>
        )}
        {ticket && <TicketPanel orderId={order.id} answer={ticket} />}
        {order.status === "complete" && (
          <>
            <p>
              <PageLink className="button button-quiet" href="/orders">
                All my orders
              </PageLink>
            </p>
            <RefundPanel
              order={order}
              isShown={known?.state === "revealed"}
              isListedAgain={known?.resaleTicketId !== undefined}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** The order has kept the promise that it was made with; a file may have been attached since. */
async function WhatYouGet({ id, filePromised }: OrderedTicket) {
  const [found, settings] = await Promise.all([readTicket(id), readSettings()]);
  if (found.outcome !== "ok") return null;
  const { hasFile } = found.ticket;
  const proofRequired = settings?.proofRequired === true;
  return <p>{whatYouGet({ hasFile, filePromised, proofRequired })}</p>;
}
