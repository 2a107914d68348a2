import { type Neighbours, neighboursOf, type PageQuery, searchOf } from "./paging.ts";
import {
  type Caller,
  failure,
  type NotFound,
  type Refused,
  type Reply,
  send,
} from "./transport.ts";
import { type SignedOut, type Throttled, type Unavailable } from "./transport.ts";
import type { Show, ShowCategory, ShowChange, ShowInput, UpcomingShows } from "./types.gen.ts";

export type ShowQuery = PageQuery & {
  q?: string | undefined;
  city?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  category?: ShowCategory | undefined;
  minPrice?: string | undefined;
  maxPrice?: string | undefined;
  sort?: "date" | "new" | undefined;
  limit?: number;
};
export type ShowPage = { outcome: "ok"; shows: Show[] } & Neighbours;

export async function listShows(
  caller: Caller,
  query: ShowQuery = {},
): Promise<ShowPage | Refused | Throttled | Unavailable> {
  const reply = await send(caller, { path: `/api/shows${searchOf(query)}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused", "throttled");
  return { outcome: "ok", shows: reply.body as Show[], ...neighboursOf(reply.headers) };
}

/** The next shows, and the cities where shows are to come, in one request. */
export async function listUpcoming(
  caller: Caller,
  limit: number,
): Promise<{ outcome: "ok"; upcoming: UpcomingShows } | Refused | Unavailable> {
  const reply = await send(caller, { path: `/api/shows/upcoming${searchOf({ limit })}` });
  if (!reply.reached || reply.status !== 200) return failure(reply, "refused");
  return { outcome: "ok", upcoming: reply.body as UpcomingShows };
}

const pathOf = (id: string) => `/api/shows/${encodeURIComponent(id)}`;

/** The calendar file of a show. */
export const calendarPath = (id: string) => `${pathOf(id)}.ics`;

/** Another id than the one that was asked for: the show was merged into that one. */
export async function getShow(
  caller: Caller,
  id: string,
): Promise<{ outcome: "ok"; show: Show } | NotFound | Unavailable> {
  const reply = await send(caller, { path: pathOf(id) });
  if (!reply.reached || reply.status !== 200) return failure(reply, "not_found");
  return { outcome: "ok", show: reply.body as Show };
}

/** A JPEG, PNG or WebP file. */
export async function setPicture(
  caller: Caller,
  id: string,
  file: Blob,
): Promise<{ outcome: "ok" } | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  const reply = await send(caller, { method: "PUT", path: `${pathOf(id)}/poster`, file });
  return pictureOutcome(reply);
}

export async function removePicture(
  caller: Caller,
  id: string,
): Promise<{ outcome: "ok" } | Refused | SignedOut | NotFound | Throttled | Unavailable> {
  return pictureOutcome(await send(caller, { method: "DELETE", path: `${pathOf(id)}/poster` }));
}

function pictureOutcome(reply: Reply) {
  if (reply.reached && reply.status === 200) return { outcome: "ok" } as const;
  return failure(reply, "refused", "signed_out", "not_found", "throttled");
}

/** The same show again is the one that exists, so that it needs no key. */
export async function createShow(
  caller: Caller,
  body: ShowInput,
): Promise<{ outcome: "ok"; show: Show } | Refused | SignedOut | Throttled | Unavailable> {
  const reply = await send(caller, { method: "POST", path: "/api/shows", body });
  if (!reply.reached || (reply.status !== 200 && reply.status !== 201))
    return failure(reply, "refused", "signed_out", "throttled");
  return { outcome: "ok", show: reply.body as Show };
}

export async function updateShow(
  caller: Caller,
  id: string,
  body: ShowChange,
): Promise<
  { outcome: "ok"; show: Show } | Refused | SignedOut | NotFound | Throttled | Unavailable
> {
  const reply = await send(caller, { method: "PUT", path: pathOf(id), body });
  if (!reply.reached || reply.status !== 200)
    return failure(reply, "refused", "signed_out", "not_found", "throttled");
  return { outcome: "ok", show: reply.body as Show };
}
