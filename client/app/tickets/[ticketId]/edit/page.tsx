import { Notice } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { answerWith } from "@/lib/answer-status";
import { hidden } from "@/lib/metadata";
import { readKept, readTicket, requireUser } from "@/lib/reads";
import { readSettings } from "@/lib/settings";
import { TicketForm } from "../../ticket-form";
import { NotYours } from "./not-yours";
import TicketNotFound from "../not-found";

export const metadata = { title: "Edit ticket", ...hidden };

type Props = { params: Promise<{ ticketId: string }> };

export default async function EditTicket({ params }: Props) {
  const { ticketId } = await params;
  const caller = await requireUser(`/tickets/${ticketId}/edit`);
  const found = await readTicket(ticketId);
  if (found.outcome === "unavailable" || caller.outcome !== "ok") return <ServiceUnavailable />;
  if (found.outcome === "not_found") {
    answerWith(404);
    return <TicketNotFound />;
  }
  if (found.ticket.userId !== caller.user.id) {
    answerWith(403);
    return <NotYours ticketId={ticketId} email={caller.user.email} />;
  }
  const { ticket } = found;
  const [kept, settings] = await Promise.all([
    readKept(`/tickets/${ticketId}/edit`),
    readSettings(),
  ]);
  return (
    <div className="narrow card">
      <h1>Edit ticket</h1>
      {ticket.status === "available" ? (
        <TicketForm kept={kept?.values} settings={settings} ticket={ticket} />
      ) : (
        <>
          <Notice>
            {ticket.status === "reserved"
              ? "This ticket is reserved, so it cannot be changed unless it becomes available again."
              : `This ticket is ${ticket.status}, so it cannot be changed.`}
          </Notice>
          <PageLink className="button button-quiet" href={`/tickets/${ticket.id}`}>
            Back to the ticket
          </PageLink>
        </>
      )}
    </div>
  );
}
