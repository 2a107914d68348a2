import type { Metadata } from "next";
import type { Show } from "@/lib/api/types.gen";
import { purpose } from "@/lib/brand";
import { described } from "@/lib/metadata";
import { localDate, localTime } from "@/lib/show-time";
import { isToCome, offerOf, showStatusWords } from "@/lib/show-words";

export function showMetadata(show: Show): Metadata {
  const { id, name, venue, startsAt, status } = show;
  const title = `${name}, ${localDate(startsAt, venue.timeZone)}, ${venue.city}`;
  const state = status === "scheduled" ? "" : `${showStatusWords[status]}. `;
  const offer = isToCome(show) ? `${offerOf(show)}. ` : "";
  const when = localTime(startsAt, venue.timeZone);
  const description = `${state}${when}, ${venue.name}, ${venue.city}. ${offer}${purpose}`;
  return {
    title,
    ...described({ title, description, path: `/shows/${id}`, picture: show.poster?.large }),
    ...(isToCome(show) ? {} : { robots: { index: false } }),
  };
}
