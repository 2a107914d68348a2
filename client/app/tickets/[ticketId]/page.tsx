import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { LocalTime } from "@/components/local-time";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowLine } from "@/components/show-line";
import { TicketBadge } from "@/components/status-badge";
import { TicketStub } from "@/components/ticket-stub";
import { TicketWatcher } from "@/components/ticket-watcher";
import { answerWith } from "@/lib/answer-status";
import { forHold } from "@/lib/format";
import { hidden } from "@/lib/metadata";
import { readCurrentUser, readOrder, readTicket } from "@/lib/reads";
import { readSettings } from "@/lib/settings";
import { BuyPanel } from "./buy-panel";
import { FilePanel } from "./file-panel";
import TicketNotFound from "./not-found";
import { ticketMetadata } from "./ticket-metadata";

type Props = { params: Promise<{ ticketId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await readTicket((await params).ticketId);
  return found.outcome === "ok" ? ticketMetadata(found.ticket) : { title: "Ticket", ...hidden };
}

export default async function TicketPage({ params }: Props) {
  const { ticketId } = await params;
  const asked = [readTicket(ticketId), readCurrentUser(), readSettings()] as const;
  const [found, caller, settings] = await Promise.all(asked);
  const user = caller.outcome === "ok" ? caller.user : null;
  if (found.outcome === "not_found") {
    // Orders can be looked up under this path, too.
    const order = user ? await readOrder(ticketId) : undefined;
    if (order?.outcome === "ok") redirect(`/orders/${ticketId}`);
    answerWith(404);
    return <TicketNotFound />;
  }
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  const { ticket } = found;
  const viewer = !user ? "visitor" : user.id === ticket.userId ? "seller" : "buyer";
  const order = user && ticket.orderId ? await readOrder(ticket.orderId) : undefined;
  // What is left to do comes first.
  const isForSale = ticket.status === "available";
  const proofRequired = settings?.proofRequired === true;
  const own = viewer === "seller" && <FilePanel ticket={ticket} proofRequired={proofRequired} />;
  return (
    <div className="detail">
      <TicketWatcher id={ticket.id} version={ticket.version} />
      <TicketStub ticket={ticket} heading="h1" badge={<TicketBadge status={ticket.status} />}>
        <ShowLine ticket={ticket} />
      </TicketStub>
      {isForSale && own}
      <BuyPanel
        ticket={ticket}
        viewer={viewer}
        orderId={order?.outcome === "ok" ? order.order.id : undefined}
        attempt={crypto.randomUUID()}
        hold={forHold(settings)}
        ownTickets={settings?.ownTickets !== false}
        proofRequired={proofRequired}
      />
      {!isForSale && own}
      <p className="detail-note">
        Listed <LocalTime iso={ticket.createdAt} />
      </p>
    </div>
  );
}
