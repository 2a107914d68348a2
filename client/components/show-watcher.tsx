"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { browserCaller } from "@/lib/api/browser";
import { getShow, listUpcoming } from "@/lib/api/shows";
import { followShows, type ShowNews } from "@/lib/api/streams";
import { concerns, type Shown, showsStamp } from "@/lib/show-news";
import { useRefresh } from "./use-refresh";

/** A change may have several events; and not every reader of a show asks for it in the same moment. */
const settleMs = () => 150 + Math.random() * 850;

/**
 * Renders the page again, on the server, when one of its shows has changed. `reread` gives what the page
 * would show now.
 */
function useShows(shows: Shown[], reread: () => Promise<Shown[] | undefined>): void {
  const refresh = useRefresh();
  const look = useEffectEvent(async () => {
    const now = await reread();
    if (now && showsStamp(now) !== showsStamp(shows)) await refresh();
  });
  const isNew = useEffectEvent((news: ShowNews) => concerns(shows, news));
  const show = useEffectEvent(() => refresh());
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const onChange = (news: ShowNews) => {
      if (soon !== undefined || !isNew(news)) return;
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

type Props = Required<Shown> & {
  /** How the show stands, in words: said aloud when they change. */
  words: string;
};

/** Of the show of a page. */
export function ShowWatcher({ words, ...show }: Props) {
  useShows([show], async () => {
    const answer = await getShow(browserCaller, show.id);
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
export function UpcomingWatcher({ shows, limit }: { shows: Shown[]; limit: number }) {
  useShows(shows, async () => {
    const answer = await listUpcoming(browserCaller, limit);
    return answer.outcome === "ok" ? answer.upcoming.shows : undefined;
  });
  return null;
}
