"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { browserCaller } from "@/lib/api/browser";
import { getShow, listUpcoming } from "@/lib/api/shows";
import { followShows, type ShowNews } from "@/lib/api/streams";
import type { Show } from "@/lib/api/types.gen";
import { useRefresh } from "./use-refresh";

/** A change may have several events; and not every reader of a show asks for it in the same moment. */
const settleMs = () => 150 + Math.random() * 850;

/**
 * Renders the page again, on the server, when one of its shows has changed. `reread` gives what the page
 * would show now.
 */
function useShows(shows: ShowNews[], reread: () => Promise<ShowNews[] | undefined>): void {
  const refresh = useRefresh();
  const isNew = ({ id, version }: ShowNews) =>
    shows.some((shown) => shown.id === id && version > shown.version);
  const look = useEffectEvent(async () => {
    const now = await reread();
    const isSame = now?.length === shows.length && now.every(({ id }, i) => shows[i]?.id === id);
    if (now && (!isSame || now.some(isNew))) await refresh();
  });
  const concerns = useEffectEvent(isNew);
  const show = useEffectEvent(() => refresh());
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const onChange = (news: ShowNews) => {
      if (soon !== undefined || !concerns(news)) return;
      soon = setTimeout(() => {
        soon = undefined;
        void show();
      }, settleMs());
    };
    const stop = followShows(onChange, () => look());
    return () => {
      stop();
      clearTimeout(soon);
    };
  }, []);
}

type Props = Pick<Show, "id" | "version"> & {
  /** How the show stands, in words: said aloud when they change. */
  words: string;
};

/** Of the show of a page. */
export function ShowWatcher({ id, version, words }: Props) {
  useShows([{ id, version }], async () => {
    const answer = await getShow(browserCaller, id);
    return answer.outcome === "ok" ? [answer.show] : undefined;
  });
  const [first] = useState(words);
  return (
    <p role="status" className="visually-hidden">
      {words === first ? "" : words}
    </p>
  );
}

/** Of the next shows. */
export function UpcomingWatcher({ shows, limit }: { shows: ShowNews[]; limit: number }) {
  useShows(shows, async () => {
    const answer = await listUpcoming(browserCaller, limit);
    return answer.outcome === "ok" ? answer.upcoming.shows : undefined;
  });
  return null;
}
