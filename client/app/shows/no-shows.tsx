import { EmptyState } from "@/components/notice";
import { PageLink } from "@/components/page-link";
import type { ShowQuery } from "@/lib/api/shows";
import { showsPath } from "@/lib/search";

/** What to do when nothing was found. */
export function NoShows({ query }: { query: ShowQuery }) {
  const { q, city, from, to, category, minPrice, maxPrice } = query;
  const narrowed = [
    city && "city",
    (from || to) && "dates",
    category && "kind",
    (minPrice || maxPrice) && "prices",
  ].filter(Boolean);
  const widen =
    narrowed.length > 0
      ? `Try it without the ${narrowed.join(" and the ")}${q ? ", or with fewer words" : ""}.`
      : "Try fewer words, or only the name of the venue or the city.";
  return (
    <EmptyState
      title="No show found"
      action={
        <div className="row">
          {q && narrowed.length > 0 && (
            <PageLink className="button button-primary" href={showsPath({ q })}>
              Search everywhere
            </PageLink>
          )}
          <PageLink className="button button-quiet" href="/shows">
            All shows
          </PageLink>
          <PageLink className="button button-quiet" href="/shows/new">
            Add a show
          </PageLink>
        </div>
      }
    >
      {`${widen} You can also add the show, and sell a ticket for it.`}
    </EmptyState>
  );
}
