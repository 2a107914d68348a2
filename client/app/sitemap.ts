import type { MetadataRoute } from "next";
import { answerWith } from "@/lib/answer-status";
import { listShows } from "@/lib/api/shows";
import { listTickets } from "@/lib/api/tickets";
import { anonymousCaller } from "@/lib/api/server";
import { kept } from "@/lib/kept";
import { readOrigin } from "@/lib/reads";

/** Only the newest: a map of everything would grow without bound, and the rest is reached by links. */
const thingsMax = 500;
const pageSize = 100;
const keepMs = 300_000;
const retryMs = 2_000;

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const [shows, tickets, base] = await Promise.all([readShows(), readTickets(), readOrigin()]);
  if (!shows || !tickets) answerWith(503);
  const paths = [
    "/",
    ...(shows ?? []).map((id) => `/shows/${id}`),
    ...(tickets ?? []).map((id) => `/tickets/${id}`),
  ];
  return paths.map((path) => ({ url: new URL(path, base).href }));
}

type Ids = { ids: string[]; next: string | undefined };

/** One reading is kept for some minutes: it is several requests to the API. */
const keptIds = (readPage: (cursor: string | undefined) => Promise<Ids | undefined>) =>
  kept(
    async (): Promise<string[] | undefined> => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await readPage(cursor);
        if (!page) return undefined;
        found.push(...page.ids);
        cursor = page.next;
      } while (cursor && found.length < thingsMax);
      return found;
    },
    keepMs,
    retryMs,
  );

const idsOf = (things: { id: string }[]) => things.map(({ id }) => id);

const readTickets = keptIds(async (cursor) => {
  const query = { status: "available", limit: pageSize, cursor } as const;
  const page = await listTickets(anonymousCaller(), query);
  return page.outcome === "ok" ? { ids: idsOf(page.tickets), next: page.next } : undefined;
});

const readShows = keptIds(async (cursor) => {
  const page = await listShows(anonymousCaller(), { limit: pageSize, cursor });
  return page.outcome === "ok" ? { ids: idsOf(page.shows), next: page.next } : undefined;
});
