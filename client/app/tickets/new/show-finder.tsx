"use client";

import { useEffect, useState } from "react";
import { PageLink } from "@/components/page-link";
import { browserCaller } from "@/lib/api/browser";
import { listShows } from "@/lib/api/shows";
import type { Show } from "@/lib/api/types.gen";
import { type Found, foundMax, foundOf, foundWords } from "@/lib/found-shows";
import { localTime } from "@/lib/show-time";

type Props = {
  /** What the address asks for, and the answer that the page came with. */
  asked: string;
  found: Found | undefined;
  attempt: string;
};

const settleMs = 250;

/** Finds the show of a ticket while its name is typed; without script, when the button is pressed. */
export function ShowFinder({ asked, found, attempt }: Props) {
  const [text, setText] = useState(asked);
  const answer = useFound(text.trim(), { asked, found });
  const shows = answer && answer !== "away" ? answer.shows : [];
  return (
    <div className="finder">
      <form action="/tickets/new" method="get" role="search" className="form">
        <input type="hidden" name="attempt" value={attempt} />
        <div className="field">
          <label htmlFor="q">For which show?</label>
          <div className="search-box">
            <input
              id="q"
              name="q"
              type="search"
              defaultValue={asked}
              onChange={({ target }) => setText(target.value)}
              aria-describedby="q-hint"
              autoComplete="off"
              dir="auto"
            />
            <button type="submit" className="button button-quiet">
              Search
            </button>
          </div>
          <p id="q-hint" className="field-hint">
            Its name, its venue or its city.
          </p>
        </div>
      </form>
      <p role="status" className="finder-count">
        {foundWords(answer)}
      </p>
      {shows.length > 0 && (
        <ul className="finder-list" aria-label="Shows found">
          {shows.map((show) => (
            <li key={show.id}>
              <PageLink href={`/shows/${show.id}/sell`}>
                <FoundShow show={show} />
              </PageLink>
            </li>
          ))}
        </ul>
      )}
      <PageLink className="button button-quiet" href="/shows/new">
        Add a show that is not here
      </PageLink>
    </div>
  );
}

function FoundShow({ show: { name, venue, startsAt } }: { show: Show }) {
  return (
    <>
      <strong>
        <bdi>{name}</bdi>
      </strong>
      <span className="finder-facts">
        {`${localTime(startsAt, venue.timeZone)}, ${venue.name}, ${venue.city}`}
      </span>
    </>
  );
}

/** The answer for what is typed now; the one before stays until it has come. */
function useFound(text: string, { asked, found }: Pick<Props, "asked" | "found">) {
  const [answer, setAnswer] = useState(found);
  const isNew = text !== "" && text !== asked;
  useEffect(() => {
    if (!isNew) return;
    let isLatest = true;
    const timer = setTimeout(async () => {
      const now = foundOf(await listShows(browserCaller, { q: text, limit: foundMax }));
      if (isLatest) setAnswer(now);
    }, settleMs);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [text, isNew]);
  if (text === "") return undefined;
  return isNew ? answer : found;
}
