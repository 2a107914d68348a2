import type { Show, ShowCategory, ShowStatus } from "./api/types.gen.ts";
import { formatPrice } from "./format.ts";

export const categories: Record<ShowCategory, string> = {
  concert: "Concert",
  festival: "Festival",
  club: "Club night",
  theatre: "Theatre",
  comedy: "Comedy",
  sport: "Sport",
  family: "Family",
  other: "Other",
};

export const showStatusWords: Record<ShowStatus, string> = {
  scheduled: "Scheduled",
  postponed: "Postponed",
  cancelled: "Cancelled",
  over: "Over",
};

/** What a visitor of the show has to know before anything else. */
export const showNews: Record<ShowStatus, string | undefined> = {
  scheduled: undefined,
  postponed:
    "This show is postponed. The time below is the latest that we know: ask the organiser before " +
    "you buy.",
  cancelled: "This show is cancelled. Its tickets are not for sale any more.",
  over: "This show is over. Its tickets are not for sale any more.",
};

export const isToCome = ({ status }: Pick<Show, "status">): boolean =>
  status === "scheduled" || status === "postponed";

/** "4 tickets from $19.99" */
export function offerOf({ ticketsAvailable: count, priceFrom }: Show): string {
  if (count === 0 || priceFrom === undefined) return "No tickets yet";
  return `${count === 1 ? "1 ticket" : `${count} tickets`} from ${formatPrice(priceFrom)}`;
}
