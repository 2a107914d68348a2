import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { TicketFilter } from "@/components/ticket-filter";
import { TicketList } from "@/components/ticket-list";
import { Pager } from "@/components/pager";
import { brand, purpose, tagline } from "@/lib/brand";
import { forHold } from "@/lib/format";
import { described } from "@/lib/metadata";
import { readTickets } from "@/lib/reads";
import { browsePath, browseQuery, type SearchParams, type Shown, ticketQuery } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { answerWith } from "@/lib/answer-status";
import NotFound from "./not-found";

type Props = { searchParams: Promise<SearchParams> };

/** The list as it is chosen is a page of its own; its further pages change with every listing. */
export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { status, cursor } = browseQuery(await searchParams);
  return {
    ...described({
      title: `${brand}: ${tagline}`,
      description: purpose,
      path: browsePath({ status }),
    }),
    ...(cursor ? { robots: { index: false } } : {}),
  };
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
      <div className="intro">
        <h1>Tickets from people who can’t make it</h1>
        <p>{`Reserve one${forHold(settings)} while you pay. Unpaid, it is for sale again.`}</p>
      </div>
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

function NoTickets({ status, older }: { status: Shown; older: boolean }) {
  return (
    <EmptyState
      title={older ? "No older tickets" : emptyTitles[status]}
      action={
        <PageLink className="button button-primary" href="/tickets/new">
          Sell a ticket
        </PageLink>
      }
    >
      {status === "available" || status === "all"
        ? "New tickets are announced here as they are listed. You can list one yourself."
        : "Most tickets are for sale: see the first of the filters. You can list one yourself."}
    </EmptyState>
  );
}

const emptyTitles: Record<Shown, string> = {
  available: "Nothing is for sale right now",
  reserved: "No ticket is reserved right now",
  sold: "No ticket is sold yet",
  all: "No tickets yet",
};
