import type { Metadata } from "next";
import { Complaint } from "@/components/notice";
import { Pager } from "@/components/pager";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowList } from "@/components/show-list";
import { answerWith } from "@/lib/answer-status";
import { described } from "@/lib/metadata";
import { readShows } from "@/lib/reads";
import { type SearchParams, showQuery, showsPath } from "@/lib/search";
import { sentenceOf } from "@/lib/sentences";
import { NoShows } from "./no-shows";
import { SearchForm } from "./search-form";
import { titleOf } from "./title";

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { cursor, ...query } = showQuery(await searchParams);
  const title = titleOf(query);
  const description = "Tickets for shows, from people who cannot go.";
  return {
    title,
    ...described({ title, description, path: showsPath(query) }),
    // There is no end of addresses here: only the plain list and those of cities are for search engines.
    ...(cursor || Object.keys(query).some((name) => name !== "city")
      ? { robots: { index: false } }
      : {}),
  };
}

export default async function Shows({ searchParams }: Props) {
  const query = showQuery(await searchParams);
  const found = await readShows(query);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  if (found.outcome === "refused") answerWith(404);
  const complaints = found.outcome === "refused" ? found.complaints : [];
  return (
    <div className="section">
      <h1>{titleOf(query)}</h1>
      <SearchForm query={query} complaints={complaints} />
      {found.outcome === "throttled" && <Complaint>{sentenceOf(found.complaint)}</Complaint>}
      {found.outcome === "ok" && found.shows.length === 0 && <NoShows query={query} />}
      {found.outcome === "ok" && found.shows.length > 0 && (
        <>
          <ShowList shows={found.shows} heading="h2" label="Shows" />
          <Pager
            previous={found.previous}
            next={found.next}
            things="shows"
            order={query.sort ?? "date"}
            pathOf={(cursor) => showsPath({ ...query, cursor })}
          />
        </>
      )}
    </div>
  );
}
