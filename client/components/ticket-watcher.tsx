"use client";

import { useEffect } from "react";
import { browserCaller } from "@/lib/api/browser";
import { followTickets } from "@/lib/api/streams";
import { getTicket } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";
import { useRefresh } from "./use-refresh";

/** Renders the page again, on the server, when its ticket has changed. */
export function TicketWatcher({ id, version }: Pick<Ticket, "id" | "version">) {
  const refresh = useRefresh();
  useEffect(() => {
    const consider = (ticket: Ticket) => {
      if (ticket.id === id && ticket.version > version) void refresh();
    };
    return followTickets(consider, async () => {
      const answer = await getTicket(browserCaller, id);
      if (answer.outcome === "ok") consider(answer.ticket);
    });
  }, [id, version, refresh]);
  return null;
}
