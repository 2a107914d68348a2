import type { OrderedTicket } from "@/lib/api/types.gen";
import { readShowOf } from "@/lib/reads";
import { showInWords } from "@/lib/show-words";
import { PageLink } from "./page-link";
import { ShowBadge } from "./show-badge";
import { ShowTime } from "./show-time";
import { ShowWatcher } from "./show-watcher";

/** On a ticket: when and where its show is. Nothing for a ticket that is for none. */
export async function ShowLine({ ticket }: { ticket: OrderedTicket }) {
  const show = await readShowOf(ticket);
  if (!show) return null;
  const { id, version, venue, status, mergedIds = [] } = show;
  return (
    <div className="stub-show">
      <ShowWatcher id={id} version={version} mergedIds={mergedIds} words={showInWords(show)} />
      <p>
        <ShowTime show={show} named />
      </p>
      <p>
        <bdi>{`${venue.name}, ${venue.city}`}</bdi>
      </p>
      <p className="stub-show-link">
        <PageLink href={`/shows/${id}`}>All tickets for this show</PageLink>
        {status !== "scheduled" && <ShowBadge status={status} />}
      </p>
    </div>
  );
}
