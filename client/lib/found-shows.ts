// What the form that sells a ticket has found of its show.
import type { listShows } from "./api/shows.ts";
import type { Show } from "./api/types.gen.ts";
import { isToCome } from "./show-words.ts";

/** The shows to choose from, of perhaps more; "away": they could not be searched. */
export type Found = { shows: Show[]; hasMore: boolean } | "away";

/** More would be longer than a phone. */
export const foundMax = 8;

export const foundOf = (answer: Awaited<ReturnType<typeof listShows>>): Found =>
  answer.outcome === "ok"
    ? { shows: answer.shows.filter(isToCome), hasMore: answer.next !== undefined }
    : "away";

export function foundWords(found: Found | undefined): string {
  if (!found) return "";
  if (found === "away") return "Shows cannot be searched right now. Try again in a moment.";
  const { length } = found.shows;
  if (length === 0) return "No show found. Try fewer words, or add the show.";
  if (found.hasMore)
    return `The first ${length} of the shows found. If yours is not here, type more of its name.`;
  return length === 1 ? "1 show found. Choose it." : `${length} shows found. Choose one.`;
}
