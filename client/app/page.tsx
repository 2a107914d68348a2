import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { UpcomingWatcher } from "@/components/show-watcher";
import { ShowSearch } from "@/components/show-search";
import { readTickets, readUpcoming } from "@/lib/reads";
import { browsePath, browseQuery, type SearchParams, ticketQuery } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { answerWith } from "@/lib/answer-status";
import { browseMetadata } from "./browse-metadata";
import { Intro } from "./intro";
import NotFound from "./not-found";
import { OtherTickets } from "./other-tickets";
import { showsShown, UpcomingShows } from "./upcoming-shows";

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return browseMetadata(browseQuery(await searchParams));
}

export default async function Browse({ searchParams }: Props) {
  const query = browseQuery(await searchParams);
  // Further pages of the tickets, and other choices of them, begin with what was asked for.
  const isFirst = browsePath(query) === "/";
  const [page, next, settings] = await Promise.all([
    readTickets(ticketQuery(query)),
    isFirst ? readUpcoming(showsShown) : undefined,
    readSettings(),
  ]);
  if (page.outcome === "unavailable") return <ServiceUnavailable />;
  if (page.outcome === "refused") {
    answerWith(404);
    return <NotFound />;
  }
  // Back at the first page by way of a later one, which may have been cut short.
  if (query.cursor && !page.previous) redirect(browsePath({ status: query.status }));
  const upcoming = next?.outcome === "ok" ? next.upcoming : undefined;
  const hasShows = upcoming !== undefined && upcoming.shows.length > 0;
  return (
    <>
      <Intro settings={settings} />
      <ShowSearch />
      {upcoming && (
        <UpcomingWatcher
          shows={upcoming.shows.map(({ id, version }) => ({ id, version }))}
          limit={showsShown}
          end={upcoming.more ? upcoming.shows.at(-1)?.startsAt : undefined}
        />
      )}
      {hasShows && <UpcomingShows {...upcoming} />}
      <OtherTickets page={page} query={query} title={hasShows ? "Other tickets" : undefined} />
    </>
  );
}
