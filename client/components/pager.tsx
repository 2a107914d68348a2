import type { TicketQuery } from "@/lib/api/tickets";
import { browsePath } from "@/lib/search";
import { PageLink } from "./page-link";

type Props = { query: TicketQuery; nextCursor?: string | undefined };

/** Forward by one page, or back to the newest: cursors know no page numbers. */
export function Pager({ query, nextCursor }: Props) {
  if (!query.cursor && !nextCursor) return null;
  return (
    <nav aria-label="Pages" className="pager">
      {query.cursor && (
        <PageLink className="button button-quiet" href={browsePath({ status: query.status })}>
          Back to the newest
        </PageLink>
      )}
      {nextCursor && (
        <PageLink
          className="button button-quiet"
          href={browsePath({ status: query.status, cursor: nextCursor })}
        >
          Older tickets
        </PageLink>
      )}
    </nav>
  );
}
