import { type BrowseQuery, browsePath } from "@/lib/search";
import { PageLink } from "./page-link";

type Props = { query: BrowseQuery; nextCursor?: string | undefined };

/** Forward by one page, or back to the newest: cursors know no page numbers. */
export function Pager({ query: { status, cursor }, nextCursor }: Props) {
  if (!cursor && !nextCursor) return null;
  return (
    <nav aria-label="Pages" className="pager">
      {cursor && (
        <PageLink className="button button-quiet" href={browsePath({ status })}>
          Back to the newest
        </PageLink>
      )}
      {nextCursor && (
        <PageLink
          className="button button-quiet"
          href={browsePath({ status, cursor: nextCursor })}
        >
          Older tickets
        </PageLink>
      )}
    </nav>
  );
}
