// What search engines read about a show (schema.org), as a script that is not run. The types of schema.org
// check its properties and their values.
import type { Event, WithContext } from "schema-dts";
import type { Show, Ticket } from "./api/types.gen.ts";
import { localIso } from "./show-time.ts";

/** A show that is over was as planned. */
const statuses = {
  scheduled: "EventScheduled",
  over: "EventScheduled",
  postponed: "EventPostponed",
  cancelled: "EventCancelled",
} as const;

type Offers = {
  url: string;
  currency: string;
  /** Tickets for sale, the cheapest first; `more`: there are others. */
  tickets: Ticket[];
  more: boolean;
};

export function eventOf(show: Show, { url, currency, tickets, more }: Offers): WithContext<Event> {
  const { venue, startsAt, endsAt } = show;
  const prices = tickets.map(({ price }) => price);
  return {
    "@context": "https://schema.org",
    "@type": "Event",
    name: show.name,
    url,
    startDate: localIso(startsAt, venue.timeZone),
    ...(endsAt ? { endDate: localIso(endsAt, venue.timeZone) } : {}),
    ...(show.poster ? { image: new URL(show.poster.large, url).href } : {}),
    eventStatus: `https://schema.org/${statuses[show.status]}`,
    eventAttendanceMode: "https://schema.org/OfflineEventAttendanceMode",
    location: {
      "@type": "Place",
      name: venue.name,
      address: {
        "@type": "PostalAddress",
        addressLocality: venue.city,
        addressCountry: venue.country,
      },
    },
    offers: {
      "@type": "AggregateOffer",
      url,
      priceCurrency: currency.toUpperCase(),
      ...(prices.length > 0 ? { lowPrice: Math.min(...prices) } : {}),
      ...(prices.length > 0 && !more ? { highPrice: Math.max(...prices) } : {}),
      offerCount: more ? Math.max(show.ticketsAvailable, tickets.length) : tickets.length,
      availability: `https://schema.org/${tickets.length > 0 ? "InStock" : "SoldOut"}`,
    },
  };
}

/** JSON that stays inside its script element with any name. */
export const scriptText = (value: object): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
