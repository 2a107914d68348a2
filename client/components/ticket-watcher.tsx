"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { browserCaller } from "@/lib/api/browser";
import { followTickets } from "@/lib/api/streams";
import { getTicket } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";

/** Renders the page anew, on the server, when its ticket has changed. */
export function TicketWatcher({ id, version }: Pick<Ticket, "id" | "version">) {
  const router = useRouter();
  useEffect(() => {
    const consider = (ticket: Ticket) => {
      if (ticket.id === id && ticket.version > version) router.refresh();
    };
    return followTickets(consider, async () => {
      const answer = await getTicket(browserCaller, id);
      if (answer.outcome === "ok") consider(answer.ticket);
    });
  }, [id, version, router]);
  return null;
}
