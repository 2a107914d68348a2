import type { Show } from "@/lib/api/types.gen";
import { isToCome, offerOf } from "@/lib/show-words";
import { ShowBadge } from "./show-badge";
import { ShowPicture } from "./show-picture";
import { ShowTime } from "./show-time";
import { TicketTitle } from "./ticket-title";

type Props = { shows: Show[]; heading: "h2" | "h3"; label: string };

export function ShowList({ shows, heading, label }: Props) {
  return (
    <ul className="show-grid" aria-label={label}>
      {shows.map((show) => (
        <li key={show.id} className="show-card">
          <ShowPicture show={show} sizes="(max-width: 40rem) 30vw, 10rem" />
          <div className="show-card-body">
            <TicketTitle as={heading} title={show.name} href={`/shows/${show.id}`} />
            <p>
              <ShowTime show={show} />
            </p>
            <p>
              <bdi>{`${show.venue.name}, ${show.venue.city}`}</bdi>
            </p>
            <p className="show-offer">
              {show.status !== "scheduled" && <ShowBadge status={show.status} />}
              {isToCome(show) && <span>{offerOf(show)}</span>}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
