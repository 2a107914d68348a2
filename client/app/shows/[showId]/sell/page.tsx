import { redirect } from "next/navigation";
import { Notice } from "@/components/notice";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { ShowTime } from "@/components/show-time";
import { answerWith } from "@/lib/answer-status";
import { hidden } from "@/lib/metadata";
import { readKept, readShow, requireUser } from "@/lib/reads";
import { type SearchParams, sellingAttempt } from "@/lib/search";
import { readSettings } from "@/lib/settings";
import { isToCome, showNews } from "@/lib/show-words";
import { TicketForm } from "../../../tickets/ticket-form";
import ShowNotFound from "../not-found";

export const metadata = { title: "Sell a ticket", ...hidden };

type Props = { params: Promise<{ showId: string }>; searchParams: Promise<SearchParams> };

export default async function SellForShow({ params, searchParams }: Props) {
  const { showId } = await params;
  const path = `/shows/${showId}/sell`;
  const caller = await requireUser(path);
  const found = await readShow(showId);
  if (found.outcome === "unavailable" || caller.outcome !== "ok") return <ServiceUnavailable />;
  if (found.outcome === "not_found") {
    answerWith(404);
    return <ShowNotFound />;
  }
  const { show } = found;
  const attempt = sellingAttempt(await searchParams);
  if (!attempt || show.id !== showId)
    redirect(`/shows/${show.id}/sell?attempt=${crypto.randomUUID()}`);
  const [kept, settings] = await Promise.all([readKept(path), readSettings()]);
  return (
    <div className="narrow card">
      <h1>Sell a ticket</h1>
      <div className="sell-show">
        <h2>
          <bdi>{show.name}</bdi>
        </h2>
        <p>
          <ShowTime show={show} named />
        </p>
        <p>
          <bdi>{`${show.venue.name}, ${show.venue.city}`}</bdi>
        </p>
      </div>
      {showNews[show.status] && <Notice>{showNews[show.status]}</Notice>}
      {isToCome(show) && (
        <TicketForm show={show} attempt={attempt} kept={kept?.values} settings={settings} />
      )}
    </div>
  );
}
