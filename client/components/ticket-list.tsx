"use client";

import {
  type ReactElement,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useTransition,
} from "react";
import { browserCaller } from "@/lib/api/browser";
import { followTickets } from "@/lib/api/streams";
import { getTicket, listTickets } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";
import { latest, merge, type News, type Page, unseen, unseenMax } from "@/lib/ticket-news";
import { useConnection } from "./navigation";
import { TicketBadge } from "./status-badge";
import { TicketStub } from "./ticket-stub";
import { useRefresh } from "./use-refresh";

const noNews: News = new Map();

/** One page of tickets that keeps itself up to date; `children` is shown when there are none. */
export function TicketList({ children, ...page }: Page & { children: ReactElement }) {
  const [news, setNews] = useState(noNews);
  const take = useEffectEvent((received: Ticket[]) =>
    setNews((known) => merge(page, known, received)),
  );
  const reread = useEffectEvent(() => rereadPage(page, take));
  useEffect(
    () =>
      followTickets(
        (ticket) => take([ticket]),
        () => reread(),
      ),
    [],
  );
  const list = useRef<HTMLUListElement>(null);
  const shown = latest(page.tickets, news);
  return (
    <>
      <NewTickets
        count={unseen(page, news).length}
        order={page.query.sort === "price" ? "Cheapest first" : "Newest first"}
        onShown={() => list.current?.focus()}
      />
      <ul ref={list} tabIndex={-1} className="ticket-grid" aria-label="Tickets">
        {shown.map((ticket) => (
          <TicketStub
            key={ticket.id}
            as="li"
            ticket={ticket}
            heading="h2"
            href={`/tickets/${ticket.id}`}
            badge={<TicketBadge status={ticket.status} />}
            byPlace={page.query.sort === "price"}
          />
        ))}
      </ul>
      {shown.length === 0 && children}
    </>
  );
}

/** Reads the page again, and one by one those of its tickets that the list no longer contains. */
async function rereadPage({ tickets, query }: Page, take: (received: Ticket[]) => void) {
  const page = await listTickets(browserCaller, query);
  if (page.outcome !== "ok") return;
  take(page.tickets);
  const listed = new Set(page.tickets.map(({ id }) => id));
  const left = tickets.filter(({ id }) => !listed.has(id));
  const answers = await Promise.all(left.map(({ id }) => getTicket(browserCaller, id)));
  take(answers.flatMap((answer) => (answer.outcome === "ok" ? [answer.ticket] : [])));
}

type NewsProps = { count: number; order: string; onShown: () => void };

/** Shows the number of new tickets, and the tickets on request. Its place is reserved, so that
 *  nothing moves when it appears. */
function NewTickets({ count, order, onShown }: NewsProps) {
  const refresh = useRefresh();
  const isConnected = useConnection();
  const [loading, startLoading] = useTransition();
  const asked = useRef(false);
  const shown = useEffectEvent(onShown);
  useEffect(() => {
    if (loading || !asked.current) return;
    asked.current = false;
    shown();
  }, [loading]);
  const show = () => {
    if (!isConnected()) return;
    asked.current = true;
    startLoading(refresh);
  };
  const words = count === 1 ? "1 new ticket" : `${count > unseenMax ? "99+" : count} new tickets`;
  return (
    <div role="status" className="list-news">
      {count === 0 ? (
        <span>{order}</span>
      ) : (
        <button type="button" className="button button-quiet" onClick={show}>
          <span>{words}</span>
        </button>
      )}
    </div>
  );
}
