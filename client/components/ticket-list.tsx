"use client";

import { useEffect, useState } from "react";
import { browserCaller } from "@/lib/api/browser";
import { followTickets } from "@/lib/api/streams";
import { listTickets, type TicketQuery } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";
import { mergeTickets } from "@/lib/merge-tickets";
import { PageLink } from "./page-link";
import { TicketBadge } from "./status-badge";
import { TicketStub } from "./ticket-stub";

/** One page of tickets that keeps itself up to date. */
export function TicketList({ tickets, query }: { tickets: Ticket[]; query: TicketQuery }) {
  const [shown, setShown] = useState(tickets);
  const { status, cursor } = query;
  useEffect(() => {
    const take = (news: Ticket[]) =>
      setShown((before) => mergeTickets(before, news, { status, cursor }));
    return followTickets(
      (ticket) => take([ticket]),
      async () => {
        const page = await listTickets(browserCaller, { status, cursor });
        if (page.outcome === "ok") take(page.tickets);
      },
    );
  }, [status, cursor]);

  return (
    <ul className="ticket-grid" aria-label="Tickets">
      {shown.map((ticket) => (
        <TicketStub
          key={ticket.id}
          as="li"
          id={ticket.id}
          price={ticket.price}
          badge={<TicketBadge status={ticket.status} />}
          title={
            <h2 className="stub-title">
              <PageLink href={`/tickets/${ticket.id}`}>{ticket.title}</PageLink>
            </h2>
          }
        />
      ))}
    </ul>
  );
}
