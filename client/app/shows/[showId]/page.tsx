import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowWatcher } from "@/components/show-watcher";
import { answerWith } from "@/lib/answer-status";
import { hidden } from "@/lib/metadata";
import { readCurrentUser, readShow, readTickets } from "@/lib/reads";
import { pageQuery, type SearchParams } from "@/lib/search";
import { isToCome, showInWords } from "@/lib/show-words";
import ShowNotFound from "./not-found";
import { ShowHead } from "./show-head";
import { showMetadata } from "./show-metadata";
import { ShowScript } from "./show-script";
import { ShowTickets } from "./show-tickets";

type Props = { params: Promise<{ showId: string }>; searchParams: Promise<SearchParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await readShow((await params).showId);
  if (found.outcome !== "ok") return { title: "Show", ...hidden };
  return showMetadata(found.show);
}

export default async function ShowPage({ params, searchParams }: Props) {
  const { showId } = await params;
  const { cursor } = pageQuery(await searchParams);
  const found = await readShow(showId);
  if (found.outcome === "unavailable") return <ServiceUnavailable />;
  if (found.outcome === "not_found") {
    answerWith(404);
    return <ShowNotFound />;
  }
  const { show } = found;
  // It was merged into another.
  if (show.id !== showId) redirect(`/shows/${show.id}`);
  const query = { showId, status: "available", sort: "price", ...(cursor && { cursor }) } as const;
  const page = await readTickets(query);
  // A page that was cut short by sales, or that never was.
  if (cursor && page.outcome !== "unavailable" && !("previous" in page && page.previous))
    redirect(`/shows/${showId}`);
  if (page.outcome !== "ok") return <ServiceUnavailable />;
  const caller = await readCurrentUser();
  return (
    <div className="show">
      <ShowWatcher
        id={show.id}
        version={show.version}
        mergedIds={show.mergedIds ?? []}
        words={showInWords(show)}
      />
      <ShowScript show={show} page={page} />
      <ShowHead show={show} user={caller.outcome === "ok" ? caller.user : null} />
      {isToCome(show) && <ShowTickets show={show} page={page} query={query} />}
    </div>
  );
}
