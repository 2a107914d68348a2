import { redirect } from "next/navigation";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowLine } from "@/components/show-line";
import { answerWith } from "@/lib/answer-status";
import { revealTicket } from "@/lib/api/delivery";
import { serverCaller } from "@/lib/api/server";
import { hidden } from "@/lib/metadata";
import { readOrder, readTicketState, requireUser } from "@/lib/reads";
import { seatOf } from "@/lib/seat";
import OrderNotFound from "../not-found";
import { Codes } from "./codes";

export const metadata = { title: "Your ticket", ...hidden };

type Props = { params: Promise<{ orderId: string }> };

/** The ticket of a buyer who has asked for it on the page of the order: opening this page shows nothing
 *  for the first time. */
export default async function ShownTicket({ params }: Props) {
  const { orderId } = await params;
  const caller = await requireUser(`/orders/${orderId}/ticket`);
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const found = await readOrder(orderId);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  if (found.outcome !== "ok") {
    answerWith(404);
    return <OrderNotFound />;
  }
  const { order } = found;
  const known = await readTicketState(order.id);
  if (known.outcome === "unavailable") return <ServiceUnavailable />;
  const canBeShown =
    known.outcome === "ok" && known.ticket.state === "revealed" && !known.ticket.erasedAt;
  if (!canBeShown) redirect(`/orders/${order.id}`);
  const shown = await revealTicket(await serverCaller(), order.id);
  if (shown.outcome !== "ok") return <ServiceUnavailable />;
  const { barcodes, file } = shown.ticket;
  const seat = seatOf(order.ticket);
  return (
    <div className="shown-ticket">
      <header className="shown-head">
        <h1>
          <bdi>{order.ticket.title}</bdi>
        </h1>
        <ShowLine ticket={order.ticket} />
        {seat && (
          <p>
            <bdi>{seat}</bdi>
          </p>
        )}
      </header>
      <Codes codes={barcodes} hasFile={file !== undefined} />
      <div className="row shown-actions">
        {file && (
          <a className="button button-primary" href={`/orders/${order.id}/ticket/file`} download>
            Save the file
          </a>
        )}
        <PageLink className="button button-quiet" href={`/orders/${order.id}`}>
          Back to the order
        </PageLink>
      </div>
    </div>
  );
}
