import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { TicketFilter } from "@/components/ticket-filter";
import { TicketList } from "@/components/ticket-list";
import { Pager } from "@/components/pager";
import { readTickets } from "@/lib/reads";
import { browseQuery, type SearchParams } from "@/lib/search";
import { answerWith } from "@/lib/answer-status";
import NotFound from "./not-found";

export default async function Browse({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const query = browseQuery(await searchParams);
  const page = await readTickets(query);
  if (page.outcome === "unavailable") return <ServiceUnavailable />;
  if (page.outcome === "refused") {
    answerWith(404);
    return <NotFound />;
  }
  return (
    <>
      <div className="intro">
        <h1>Tickets from people who can’t make it</h1>
        <p>Reserve one for 15 minutes while you pay. If you don’t, it goes to the next in line.</p>
      </div>
      <TicketFilter status={query.status} />
      {page.tickets.length > 0 ? (
        // The key starts the list over when the question changes.
        <TicketList key={JSON.stringify(query)} tickets={page.tickets} query={query} />
      ) : (
        <EmptyState
          title={query.status ? "None like that right now" : "No tickets yet"}
          action={
            <PageLink className="button button-primary" href="/tickets/new">
              Sell a ticket
            </PageLink>
          }
        >
          {query.status
            ? "Look at all tickets, or list one yourself."
            : "Be the first to list one."}
        </EmptyState>
      )}
      <Pager query={query} nextCursor={page.nextCursor} />
    </>
  );
}
