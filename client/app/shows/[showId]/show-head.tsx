import { PageLink } from "@/components/page-link";
import { ShowBadge } from "@/components/show-badge";
import { ShowPicture } from "@/components/show-picture";
import { ShowTime } from "@/components/show-time";
import { calendarPath } from "@/lib/api/shows";
import type { Show, User } from "@/lib/api/types.gen";
import { categories, isToCome, showNews, whyNotEdited } from "@/lib/show-words";

/** What, when and where, and whether it takes place. */
export function ShowHead({ show, user }: { show: Show; user: User | null }) {
  const { id, name, category, venue, status, poster } = show;
  return (
    <header className="show-head">
      <ShowPicture show={show} sizes="(max-width: 40rem) 6rem, 16rem" isFirst />
      <div className="show-facts">
        <p className="show-kind">
          <span>{categories[category]}</span>
          {status !== "scheduled" && <ShowBadge status={status} />}
        </p>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <p className="show-when">
          <ShowTime show={show} named />
        </p>
        <p>
          <bdi>{`${venue.name}, ${venue.city}`}</bdi>
        </p>
        {showNews[status] && <p className="notice">{showNews[status]}</p>}
        {isToCome(show) && (
          <div className="row">
            <PageLink className="button button-quiet" href={`/shows/${id}/sell`}>
              Sell a ticket
            </PageLink>
            <a className="button button-quiet" href={calendarPath(id)} download>
              Add to calendar
            </a>
            {!whyNotEdited(show, user) && (
              <PageLink className="button button-quiet" href={`/shows/${id}/picture`}>
                {poster ? "Change the picture" : "Add a picture"}
              </PageLink>
            )}
          </div>
        )}
        {!whyNotEdited(show, user) && (
          <p>
            <PageLink href={`/shows/${id}/edit`}>Change the show</PageLink>
          </p>
        )}
      </div>
    </header>
  );
}
