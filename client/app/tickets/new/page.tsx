import { redirect } from "next/navigation";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { hidden } from "@/lib/metadata";
import { readKept, requireUser } from "@/lib/reads";
import type { SearchParams } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { TicketForm } from "../ticket-form";

export const metadata = { title: "Sell a ticket", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function NewTicket({ searchParams }: Props) {
  const caller = await requireUser("/tickets/new");
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const { attempt } = await searchParams;
  // In the address it survives Back, reloading and sending the form again, also without script.
  if (typeof attempt !== "string" || !/^[\da-f-]{36}$/.test(attempt))
    redirect(`/tickets/new?attempt=${crypto.randomUUID()}`);
  const [kept, settings] = await Promise.all([readKept("/tickets/new"), readSettings()]);
  return (
    <div className="narrow card">
      <h1>Sell a ticket</h1>
      <p className="lead">It is on the front page as soon as you press the button.</p>
      <TicketForm attempt={attempt} kept={kept?.values} settings={settings} />
    </div>
  );
}
