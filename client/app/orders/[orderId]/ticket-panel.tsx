import { LocalTime } from "@/components/local-time";
import { Notice } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import type { TicketState } from "@/lib/api/types.gen";
import { readRefundable, type readTicketState } from "@/lib/reads";
import { LookAgain } from "./look-again";
import { ResellForm } from "./resell-form";
import { ShowTicketForm } from "./show-ticket-form";

type Props = { orderId: string; answer: Awaited<ReturnType<typeof readTicketState>> };

/** The ticket itself, as far as it can be shown to the buyer of a paid order. */
export function TicketPanel({ orderId, answer }: Props) {
  if (answer.outcome === "ok") return <Known orderId={orderId} ticket={answer.ticket} />;
  // The order is complete a moment before its payment has reached the ticket.
  if (answer.outcome === "not_found") return <LookAgain />;
  return <Notice>The ticket itself cannot be reached right now. Load this page again.</Notice>;
}

function Known({ orderId, ticket }: { orderId: string; ticket: TicketState }) {
  if (ticket.erasedAt) return <Erased revealedAt={ticket.revealedAt} />;
  switch (ticket.state) {
    case "due":
      return <Due until={ticket.dueAt} />;
    case "ready":
      return (
        <>
          <ShowTicketForm orderId={orderId} />
          <ResellForm orderId={orderId} />
        </>
      );
    case "revealed":
      return (
        <div className="news">
          <PageLink className="button button-primary" href={`/orders/${orderId}/ticket`}>
            Show ticket
          </PageLink>
          <FirstShown at={ticket.revealedAt} />
        </div>
      );
    case "none":
      return ticket.resaleTicketId ? (
        <ListedAgain ticketId={ticket.resaleTicketId} />
      ) : (
        <NothingToShow orderId={orderId} />
      );
  }
}

const Due = ({ until }: { until: string | undefined }) => (
  <div className="news">
    <p>
      The seller still has to attach the ticket itself. If they have not done so in time, you get
      all of your money back, and need not ask for it.
    </p>
    {until && (
      <p className="lead">
        Due <LocalTime iso={until} />
      </p>
    )}
  </div>
);

const FirstShown = ({ at }: { at: string | undefined }) =>
  at && (
    <p className="lead">
      First shown <LocalTime iso={at} />
    </p>
  );

const Erased = ({ revealedAt }: { revealedAt: string | undefined }) => (
  <div className="news">
    <p>This ticket is not kept here any more: its file and code are erased.</p>
    <FirstShown at={revealedAt} />
  </div>
);

const ListedAgain = ({ ticketId }: { ticketId: string }) => (
  <div className="news">
    <p>
      You have listed this ticket again, so it is not shown here. Withdraw that listing to have it
      back.
    </p>
    <PageLink className="button button-primary" href={`/tickets/${ticketId}`}>
      Your listing
    </PageLink>
  </div>
);

/** The seller has attached nothing, or money has gone back: then it is not shown any more. */
async function NothingToShow({ orderId }: { orderId: string }) {
  const answer = await readRefundable(orderId);
  const { refunding, refunded } = answer.outcome === "ok" ? answer.refundable : {};
  if (refunding || refunded)
    return <p>You got money back for this order, or will, so its ticket is not shown any more.</p>;
  return (
    <p>
      The seller has not attached the ticket itself, so there is no code to show here. If you do not
      have it from elsewhere, return the ticket in time.
    </p>
  );
}
