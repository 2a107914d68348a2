// Changes of shows that arrive after a page was rendered.
import type { ShowNews } from "./api/streams.ts";
import type { Show } from "./api/types.gen.ts";

/** What a page shows. Without `mergedIds` the page does not have the tickets of the show. */
export type Shown = Pick<Show, "id" | "version" | "mergedIds">;

/** Whether a page with these shows would be another one now. */
export const concerns = (
  shows: Shown[],
  { id, version, mergedInto }: Omit<ShowNews, "startsAt">,
): boolean =>
  shows.some(
    (shown) =>
      (shown.id === id && version > shown.version) ||
      (shown.id === mergedInto && shown.mergedIds?.includes(id) === false),
  );

/** Whether the list of the next shows may have gained this one. `end` is when its last show begins, if
 *  more shows follow. */
export const mayJoin = (
  shows: Shown[],
  end: string | undefined,
  { id, startsAt }: ShowNews,
): boolean =>
  (end === undefined || Date.parse(startsAt) <= Date.parse(end)) &&
  !shows.some((shown) => shown.id === id);

/** A summary: a page is rendered again when that of what it would show differs. */
export const showsStamp = (shows: Shown[]): string =>
  shows.map(({ id, version, mergedIds = [] }) => [id, version, ...mergedIds].join(" ")).join();
