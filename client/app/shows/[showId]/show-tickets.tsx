import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import { Pager } from "@/components/pager";
import { TicketList } from "@/components/ticket-list";
import { searchOf } from "@/lib/api/paging";
import type { TicketPage, TicketQuery } from "@/lib/api/tickets";
import type { Show } from "@/lib/api/types.gen";

type Props = { show: Show; page: TicketPage; query: TicketQuery };

/** What is for sale, the cheapest first. */
export function ShowTickets({ show: { id, mergedIds }, page, query }: Props) {
  return (
    <section aria-labelledby="tickets" className="section">
      <div className="browse">
        <h2 id="tickets">Tickets</h2>
        <TicketList
          key={JSON.stringify(query)}
          tickets={page.tickets}
          query={query}
          mergedIds={mergedIds}
          more={page.next !== undefined}
        >
          <EmptyState
            title="No ticket is for sale right now"
            action={
              <PageLink className="button button-primary" href={`/shows/${id}/sell`}>
                Sell a ticket
              </PageLink>
            }
          >
            New tickets are announced here as they are listed.
          </EmptyState>
        </TicketList>
      </div>
      <Pager
        previous={page.previous}
        next={page.next}
        things="tickets"
        order="price"
        pathOf={(cursor) => `/shows/${id}${searchOf({ cursor })}`}
      />
    </section>
  );
}
