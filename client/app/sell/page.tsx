import { redirect } from "next/navigation";
import { Choices } from "@/components/choices";
import { ListWatcher } from "@/components/list-watcher";
import { PageLink } from "@/components/page-link";
import { Pager } from "@/components/pager";
import { ServiceUnavailable } from "@/components/service-unavailable";
import { watchSales, watchTickets } from "@/components/watched-lists";
import { answerWith } from "@/lib/answer-status";
import { hidden } from "@/lib/metadata";
import { readCurrentUser, readOwnTickets, readSales } from "@/lib/reads";
import { signInPath } from "@/lib/return-path";
import { type SearchParams, sellPath, sellQuery } from "@/lib/search";
import NotFound from "../not-found";
import { Listings } from "./listings";
import { Sales } from "./sales";

export const metadata = { title: "My tickets", ...hidden };

export default async function Sell({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { show, cursor, listed } = sellQuery(await searchParams);
  const answer = await (show === "sold" ? readSales({ cursor }) : readOwnTickets({ cursor }));
  if (answer.outcome === "signed_out") redirect(signInPath("/sell"));
  if (answer.outcome === "unavailable") return <ServiceUnavailable />;
  if (answer.outcome === "refused") {
    answerWith(404);
    return <NotFound />;
  }
  if (cursor && !answer.previous) redirect(sellPath({ show }));
  const caller = await readCurrentUser();
  const watched = "sales" in answer ? watchSales(answer.sales) : watchTickets(answer.tickets);
  return (
    <div className="orders">
      <div className="orders-head">
        <h1>My tickets</h1>
        <PageLink className="button button-primary" href="/tickets/new">
          Sell a ticket
        </PageLink>
      </div>
      {caller.outcome === "ok" && caller.user && (
        <ListWatcher {...watched} cursor={cursor} sellerId={caller.user.id} />
      )}
      <Choices label="Filter my tickets" choices={choices} chosen={show} />
      {"sales" in answer ? (
        <Sales sales={answer.sales} />
      ) : (
        <Listings tickets={answer.tickets} listed={listed} />
      )}
      <Pager
        previous={answer.previous}
        next={answer.next}
        things={show === "sold" ? "sales" : "tickets"}
        pathOf={(cursor) => sellPath({ show, cursor })}
      />
    </div>
  );
}

const choices = [
  { name: "listed", words: "Listed", path: sellPath({ show: "listed" }) },
  { name: "sold", words: "Sold", path: sellPath({ show: "sold" }) },
];
