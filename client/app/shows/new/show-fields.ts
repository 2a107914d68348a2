// The data of a show: the fields of its form, with the API's names.
import type { ComponentProps } from "react";
import type { Field } from "@/components/field";
import type { ShowCategory, ShowInput } from "@/lib/api/types.gen";
import { textOf } from "@/lib/form-state";
import { toUtc } from "@/lib/show-time";

type ShowField = ComponentProps<typeof Field> & { pair?: boolean };

/** The zones of the world, for the list that the field of the zone offers. */
export const timeZones: string[] = Intl.supportedValuesOf("timeZone");

export const showFields: ShowField[] = [
  { name: "name", label: "Name of the show", dir: "auto", required: true },
  { name: "startsAt", label: "Begins", type: "datetime-local", required: true },
  { name: "endsAt", label: "Ends (optional)", type: "datetime-local" },
  { name: "venue.name", label: "Venue", dir: "auto", required: true },
  { name: "venue.city", label: "City", dir: "auto", required: true },
  {
    name: "venue.country",
    label: "Country",
    hint: "Two letters, such as DE or US.",
    autoCapitalize: "characters",
    required: true,
  },
  {
    name: "venue.timeZone",
    label: "Time zone",
    hint: "Of the venue, such as Europe/Berlin. The times above are by its clock.",
    list: "time-zones",
    required: true,
  },
];

export type ShowText = Record<string, string>;

/** What was typed. */
export const typedShow = (form: FormData): ShowText =>
  Object.fromEntries(
    ["category", ...showFields.map(({ name }) => name)].map((name) => [name, textOf(form, name)]),
  );

/** As the API takes it, which says what is wrong: times in UTC, countries in capitals. */
export function inputOf(typed: ShowText): ShowInput {
  const text = (name: string) => typed[name] ?? "";
  const timeZone = text("venue.timeZone");
  const endsAt = text("endsAt");
  return {
    name: text("name"),
    category: text("category") as ShowCategory,
    startsAt: toUtc(text("startsAt"), timeZone),
    endsAt: endsAt ? toUtc(endsAt, timeZone) : null,
    venue: {
      name: text("venue.name"),
      city: text("venue.city"),
      country: text("venue.country").toUpperCase(),
      timeZone,
    },
  };
}
