"use client";

import { useEffect, useEffectEvent, useState } from "react";
import { browserCaller } from "@/lib/api/browser";
import { getShow, listUpcoming } from "@/lib/api/shows";
import { followShows, type ShowNews } from "@/lib/api/streams";
import { concerns, mayJoin, type Shown, showsStamp } from "@/lib/show-news";
import { useRefresh } from "./use-refresh";

/** A change may have several events; and not every reader of a show asks for it in the same moment. */
const settleMs = () => 150 + Math.random() * 850;

type Watched = {
  shows: Shown[];
  /** What the page would show now. */
  reread: () => Promise<Shown[] | undefined>;
  /** Whether a show that the page does not have may be one of its shows now. */
  mayJoin?: (news: ShowNews) => boolean;
};

/** Renders the page again, on the server, when one of its shows has changed, or it shows another one. */
function useShows({ shows, reread, mayJoin = () => false }: Watched): void {
  const refresh = useRefresh();
  const look = useEffectEvent(async () => {
    const now = await reread();
    if (now && showsStamp(now) !== showsStamp(shows)) await refresh();
  });
  const show = useEffectEvent(() => refresh());
  const answerTo = useEffectEvent((news: ShowNews) =>
    concerns(shows, news) ? "show" : mayJoin(news) ? "look" : undefined,
  );
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const onChange = (news: ShowNews) => {
      const answer = answerTo(news);
      if (soon !== undefined || !answer) return;
      soon = setTimeout(() => {
        soon = undefined;
        void (answer === "show" ? show() : look());
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
  useShows({
    shows: [show],
    reread: async () => {
      const answer = await getShow(browserCaller, show.id);
      return answer.outcome === "ok" ? [answer.show] : undefined;
    },
  });
  const [first] = useState(words);
  return (
    <p role="status" className="visually-hidden">
      {words === first ? "" : words}
    </p>
  );
}

type UpcomingProps = {
  shows: Shown[];
  limit: number;
  /** When the last of them begins, if more shows follow. */
  end: string | undefined;
};

/** Of the next shows. */
export function UpcomingWatcher({ shows, limit, end }: UpcomingProps) {
  useShows({
    shows,
    reread: async () => {
      const answer = await listUpcoming(browserCaller, limit);
      return answer.outcome === "ok" ? answer.upcoming.shows : undefined;
    },
    mayJoin: (news) => mayJoin(shows, end, news),
  });
  return null;
}
