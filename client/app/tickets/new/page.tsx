import { redirect } from "next/navigation";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { foundMax, foundOf } from "@/lib/found-shows";
import { hidden } from "@/lib/metadata";
import { readKept, readShows, requireUser } from "@/lib/reads";
import { type SearchParams, sellingAttempt, showQuery } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { TicketForm } from "../ticket-form";
import { ShowFinder } from "./show-finder";

export const metadata = { title: "Sell a ticket", ...hidden };

type Props = { searchParams: Promise<SearchParams> };

export default async function NewTicket({ searchParams }: Props) {
  const caller = await requireUser("/tickets/new");
  if (caller.outcome === "unavailable") return <ServiceUnavailable />;
  const asked = await searchParams;
  const attempt = sellingAttempt(asked);
  if (!attempt) redirect(`/tickets/new?attempt=${crypto.randomUUID()}`);
  const { q = "" } = showQuery(asked);
  const [kept, settings, found] = await Promise.all([
    readKept("/tickets/new"),
    readSettings(),
    q ? readShows({ q, limit: foundMax }) : undefined,
  ]);
  return (
    <div className="narrow card">
      <h1>Sell a ticket</h1>
      <ShowFinder key={q} asked={q} attempt={attempt} found={found && foundOf(found)} />
      <div className="or">
        <h2>For anything else</h2>
        <p className="lead">It is on the front page as soon as you press the button.</p>
      </div>
      <TicketForm attempt={attempt} kept={kept?.values} settings={settings} />
    </div>
  );
}
