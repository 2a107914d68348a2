import type { Show, ShowCategory, ShowStatus, User } from "./api/types.gen.ts";
import { formatPrice } from "./format.ts";
import { localTime } from "./show-time.ts";

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
    "This show is postponed. The time given here is the latest that we know: ask the organiser " +
    "before you buy.",
  cancelled: "This show is cancelled. Its tickets are not for sale any more.",
  over: "This show is over. Its tickets are not for sale any more.",
};

export const isToCome = ({ status }: Pick<Show, "status">): boolean =>
  status === "scheduled" || status === "postponed";

/** Why a user may not change a show, or nothing. The API decides by the same rules. */
export function whyNotEdited(
  show: Show,
  user: Pick<User, "id" | "roles"> | null,
): string | undefined {
  // An auth of the version before names no roles.
  if (user?.roles?.includes("operator")) return undefined;
  if (show.userId !== user?.id) return "Only the person who added this show may change it.";
  if (show.hasSales)
    return "Tickets of this show were sold, so only the shop can change it now. Write to the shop.";
  if (show.status === "over") return "This show is over, so it cannot be changed.";
  return undefined;
}

/** "Night at the Opera: Postponed, Sat, Dec 12, 2026, 7:30 PM, Filharmonia, Łódź" */
export const showInWords = ({ name, status, startsAt, venue }: Show): string =>
  `${name}: ${showStatusWords[status]}, ${localTime(startsAt, venue.timeZone)}, ` +
  `${venue.name}, ${venue.city}`;

/** "4 tickets from $19.99" */
export function offerOf({ ticketsAvailable: count, priceFrom }: Show): string {
  if (count === 0 || priceFrom === undefined) return "No tickets yet";
  return `${count === 1 ? "1 ticket" : `${count} tickets`} from ${formatPrice(priceFrom)}`;
}
