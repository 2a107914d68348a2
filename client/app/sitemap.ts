import type { MetadataRoute } from "next";
import { answerWith } from "@/lib/answer-status";
import { listTickets } from "@/lib/api/tickets";
import type { Ticket } from "@/lib/api/types.gen";
import { anonymousCaller } from "@/lib/api/server";
import { kept } from "@/lib/kept";
import { readOrigin } from "@/lib/reads";

/** Only the newest: a map of everything would grow without bound, and the rest is reached by links. */
const ticketsMax = 500;
const pageSize = 100;
const keepMs = 300_000;
const retryMs = 2_000;

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const [tickets, base] = await Promise.all([readNewest(), readOrigin()]);
  if (!tickets) answerWith(503);
  const paths = ["/", ...(tickets ?? []).map(({ id }) => `/tickets/${id}`)];
  return paths.map((path) => ({ url: new URL(path, base).href }));
}

/** One reading is kept for some minutes: it is several requests to the API. */
const readNewest = kept(
  async (): Promise<Ticket[] | undefined> => {
    const tickets: Ticket[] = [];
    let cursor: string | undefined;
    do {
      const query = { status: "available", limit: pageSize, cursor } as const;
      const page = await listTickets(anonymousCaller(), query);
      if (page.outcome !== "ok") return undefined;
      tickets.push(...page.tickets);
      cursor = page.next;
    } while (cursor && tickets.length < ticketsMax);
    return tickets;
  },
  keepMs,
  retryMs,
);
