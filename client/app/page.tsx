import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { TicketFilter } from "@/components/ticket-filter";
import { TicketList } from "@/components/ticket-list";
import { Pager } from "@/components/pager";
import { readTickets } from "@/lib/reads";
import { browsePath, browseQuery, type SearchParams, ticketQuery } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { answerWith } from "@/lib/answer-status";
import { browseMetadata } from "./browse-metadata";
import { Intro } from "./intro";
import { NoTickets } from "./no-tickets";
import NotFound from "./not-found";

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return browseMetadata(browseQuery(await searchParams));
}

export default async function Browse({ searchParams }: Props) {
  const query = browseQuery(await searchParams);
  const asked = ticketQuery(query);
  const [page, settings] = await Promise.all([readTickets(asked), readSettings()]);
  if (page.outcome === "unavailable") return <ServiceUnavailable />;
  if (page.outcome === "refused") {
    answerWith(404);
    return <NotFound />;
  }
  // Back at the first page by way of a later one, which may have been cut short.
  if (query.cursor && !page.previous) redirect(browsePath({ status: query.status }));
  return (
    <>
      <Intro settings={settings} />
      <div className="browse">
        <TicketFilter status={query.status} />
        {/* The key starts the list over when the question changes. */}
        <TicketList
          key={JSON.stringify(query)}
          tickets={page.tickets}
          query={asked}
          more={page.next !== undefined}
        >
          <NoTickets status={query.status} older={query.cursor !== undefined} />
        </TicketList>
      </div>
      <Pager
        previous={page.previous}
        next={page.next}
        things="tickets"
        pathOf={(cursor) => browsePath({ status: query.status, cursor })}
      />
    </>
  );
}
