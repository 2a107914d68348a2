import { PageLink } from "@/components/page-link";
import { ShowList } from "@/components/show-list";
import type { UpcomingShows as Upcoming } from "@/lib/api/types.gen";
import { showsPath } from "@/lib/search";

export const showsShown = 12;
const citiesShown = 12;

/** The next shows by date, and the cities with most of the shows to come. */
export function UpcomingShows({ shows, more, cities }: Upcoming) {
  return (
    <section aria-labelledby="upcoming" className="section">
      <h2 id="upcoming">Upcoming shows</h2>
      <nav aria-label="Shows by city" className="cities">
        {cities.slice(0, citiesShown).map(({ name, shows: count }) => (
          <PageLink key={name} className="city" href={showsPath({ city: name })}>
            <bdi>{name}</bdi>
            <span className="city-count" translate="no">
              {count}
            </span>
          </PageLink>
        ))}
      </nav>
      <ShowList shows={shows} heading="h3" label="Upcoming shows" />
      {more && (
        <PageLink className="button button-quiet" href="/shows">
          All shows
        </PageLink>
      )}
    </section>
  );
}
