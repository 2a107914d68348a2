import { ServiceUnavailable } from "@/components/service-unavailable";
import { hidden } from "@/lib/metadata";
import { readKept, requireUser } from "@/lib/reads";
import { TicketForm } from "../ticket-form";

export const metadata = { title: "Sell a ticket", ...hidden };

export default async function NewTicket() {
  const caller = await requireUser("/tickets/new");
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  return (
    <div className="narrow card">
      <h1>Sell a ticket</h1>
      <p className="lead">It is on the front page as soon as you press the button.</p>
      <TicketForm kept={(await readKept("/tickets/new"))?.values} />
    </div>
  );
}
