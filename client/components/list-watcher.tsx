"use client";

import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { followTickets } from "@/lib/api/streams";
import type { Ticket } from "@/lib/api/types.gen";
import { type OwnList, readStamp, rowId } from "@/lib/own-lists";
import { useRefresh } from "./use-refresh";

type Row = { id: string; title: string; words: string };
type Props = {
  list: OwnList;
  cursor: string | undefined;
  /** What is shown; see lib/own-lists.ts. */
  stamp: string;
  rows: Row[];
  /** The tickets whose changes concern the list, or the seller all of whose tickets do. */
  ticketIds?: string[];
  sellerId?: string;
};

/** One change may have several events. */
const settleMs = 150;

/** Renders a list of the user's own again, on the server, when a row has changed, and announces it. */
export function ListWatcher({ list, cursor, stamp, rows, ticketIds = [], sellerId }: Props) {
  const refresh = useRefresh();
  const reread = useEffectEvent(async () => {
    const now = await readStamp(list, cursor);
    if (now !== undefined && now !== stamp) await refresh();
  });
  const concerns = useEffectEvent(
    ({ id, userId }: Ticket) => userId === sellerId || ticketIds.includes(id),
  );
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const onChange = (ticket: Ticket) => {
      if (!concerns(ticket)) return;
      clearTimeout(soon);
      soon = setTimeout(() => void reread(), settleMs);
    };
    const stop = followTickets(onChange, () => reread());
    return () => {
      stop();
      clearTimeout(soon);
    };
  }, []);
  const news = useNews(`${list} ${cursor}`, rows);
  return (
    <p role="status" className="visually-hidden">
      {news}
    </p>
  );
}

/** What has changed since the last rendering of the same page of the list. */
function useNews(page: string, rows: Row[]): string {
  const [news, setNews] = useState("");
  const before = useRef({ page, rows });
  const sent = useSent();
  useLayoutEffect(() => {
    const known = new Map(before.current.rows.map(({ id, words }) => [id, words]));
    const isSame = before.current.page === page;
    before.current = { page, rows };
    const changed = isSame ? rows.filter(({ id, words }) => known.get(id) !== words) : [];
    if (changed.length === 0) return;
    setNews(changed.map(({ title, words }) => `${title}: ${words}.`).join(" "));
    // The pressed button was removed with its form: the focus moves to what it changed.
    const row = changed.find(({ id }) => id === sent.current);
    if (row && document.activeElement === document.body)
      document.querySelector<HTMLElement>(`#${rowId(row.id)} a`)?.focus({ preventScroll: true });
  }, [page, rows, sent]);
  return news;
}

/** The id that the last form of the page carried. */
function useSent() {
  const sent = useRef("");
  useEffect(() => {
    const note = ({ target }: SubmitEvent) =>
      (sent.current = String(new FormData(target as HTMLFormElement).get("id") ?? ""));
    document.addEventListener("submit", note, true);
    return () => document.removeEventListener("submit", note, true);
  }, []);
  return sent;
}
