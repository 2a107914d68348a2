import { PageLink } from "@/components/page-link";
import { ShowList } from "@/components/show-list";
import type { ShowPage } from "@/lib/api/shows";
import type { Show } from "@/lib/api/types.gen";
import { showsPath } from "@/lib/search";

/** So many are read, for their cities; so many of them are shown. */
export const showsRead = 60;
const showsShown = 12;
const citiesShown = 12;

/** The next shows by date, and the cities where shows are. Nothing while there are none. */
export function UpcomingShows({ shows, next }: Omit<ShowPage, "outcome">) {
  if (shows.length === 0) return null;
  const hasMore = next !== undefined || shows.length > showsShown;
  return (
    <section aria-labelledby="upcoming" className="section">
      <h2 id="upcoming">Upcoming shows</h2>
      <nav aria-label="Shows by city" className="cities">
        {citiesOf(shows).map((city) => (
          <PageLink key={city} className="city" href={showsPath({ city })}>
            <bdi>{city}</bdi>
          </PageLink>
        ))}
      </nav>
      <ShowList shows={shows.slice(0, showsShown)} heading="h3" label="Upcoming shows" />
      {hasMore && (
        <PageLink className="button button-quiet" href="/shows">
          All shows
        </PageLink>
      )}
    </section>
  );
}

/** Those with most of the shows first. */
function citiesOf(shows: Show[]): string[] {
  const counts = new Map<string, number>();
  for (const { venue } of shows) counts.set(venue.city, (counts.get(venue.city) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return sorted.slice(0, citiesShown).map(([city]) => city);
}
