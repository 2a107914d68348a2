import { Pager } from "@/components/pager";
import { TicketFilter } from "@/components/ticket-filter";
import { TicketList } from "@/components/ticket-list";
import type { TicketPage } from "@/lib/api/tickets";
import { browsePath, type BrowseQuery, ticketQuery } from "@/lib/search";
import { NoTickets } from "./no-tickets";

type Props = { page: TicketPage; query: BrowseQuery; title: string | undefined };

/** The tickets that are for no show. */
export function OtherTickets({ page, query, title }: Props) {
  return (
    <section aria-label={title ?? "Tickets"} className="section">
      {title && <h2>{title}</h2>}
      <div className="browse">
        <TicketFilter status={query.status} />
        {/* The key starts the list over when the question changes. */}
        <TicketList
          key={JSON.stringify(query)}
          tickets={page.tickets}
          query={ticketQuery(query)}
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
    </section>
  );
}
