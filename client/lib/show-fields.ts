// The data of a show: the fields of its form, with the API's names.
import type { ComponentProps } from "react";
import type { Field } from "@/components/field";
import type { Show, ShowCategory, ShowInput } from "./api/types.gen.ts";
import { textOf } from "./form-state.ts";
import { localField, momentsOf, zoneName } from "./show-time.ts";

/** The zones of the world, for the list that the field of the zone offers. */
export const timeZones: string[] = Intl.supportedValuesOf("timeZone");

export const showFields: ComponentProps<typeof Field>[] = [
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

/** The times of the form, the moment that each was at before, and which of two is meant. */
const times = ["startsAt", "endsAt"] as const;
export const wasName = (name: string) => `${name}.was`;
export const whichName = (name: string) => `${name}.which`;

const names = [
  "category",
  ...showFields.map(({ name }) => name),
  ...times.flatMap((name) => [wasName(name), whichName(name)]),
];

/** What was typed. */
export const typedShow = (form: FormData): ShowText =>
  Object.fromEntries(names.map((name) => [name, textOf(form, name)]));

/** A show as its form has it. */
export function textsOfShow({ name, category, startsAt, endsAt, venue }: Show): ShowText {
  const { timeZone } = venue;
  return {
    name,
    category,
    startsAt: localField(startsAt, timeZone),
    [wasName("startsAt")]: startsAt,
    endsAt: endsAt ? localField(endsAt, timeZone) : "",
    [wasName("endsAt")]: endsAt ?? "",
    "venue.name": venue.name,
    "venue.city": venue.city,
    "venue.country": venue.country,
    "venue.timeZone": timeZone,
  };
}

/** Of a time that the venue's clock shows twice: the two moments, and the words for each. */
export type Twice = Record<string, { moment: string; words: string }[]>;
type Read = { input: ShowInput; fields: Record<string, string>; twice: Twice };

/** As the API takes it, which says what is wrong with all but the hours at which a clock is set. */
export function readTyped(typed: ShowText): Read {
  const text = (name: string) => typed[name] ?? "";
  const timeZone = text("venue.timeZone");
  const read: Read = {
    input: {
      name: text("name"),
      category: text("category") as ShowCategory,
      startsAt: "",
      endsAt: null,
      venue: {
        name: text("venue.name"),
        city: text("venue.city"),
        country: text("venue.country").toUpperCase(),
        timeZone,
      },
    },
    fields: {},
    twice: {},
  };
  for (const name of times) {
    const moment = momentOf(name, typed, read);
    if (moment !== "" || name === "startsAt") read.input[name] = moment;
  }
  return read;
}

function momentOf(name: (typeof times)[number], typed: ShowText, read: Read): string {
  const local = typed[name] ?? "";
  const timeZone = typed["venue.timeZone"] ?? "";
  const moments = momentsOf(local, timeZone);
  if (!moments) return localOrUtc(local);
  const chosen = [typed[whichName(name)], typed[wasName(name)]].find(
    (moment) => moment && moments.includes(moment),
  );
  const was = typed[wasName(name)];
  // What was not touched stays as it is, to the second.
  if (was && !chosen && localField(was, timeZone) === local) return was;
  if (moments.length === 0)
    read.fields[name] =
      "The clock at the venue is set forward and skips this time. Choose another one.";
  if (moments.length > 1) {
    read.twice[name] = moments.map((moment, index) => ({
      moment,
      words: `The ${index === 0 ? "first" : "second"} time (${zoneName(moment, timeZone)})`,
    }));
    if (!chosen)
      read.fields[name] =
        "The clock at the venue is set back and shows this time twice. Say which one below.";
  }
  return chosen ?? moments[0] ?? local;
}

/** The zone is wrong, or the time: the API says which. */
function localOrUtc(local: string): string {
  const asUtc = Date.parse(`${local}Z`);
  return Number.isNaN(asUtc) ? local : new Date(asUtc).toISOString();
}
