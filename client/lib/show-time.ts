// When a show begins: the time on the clock at its venue, for every reader.

const formats = new Map<string, Intl.DateTimeFormat>();
const formatsMax = 100;

/** Making one takes longer than all else that is done with a time, and a page has few zones. */
function formatIn(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([timeZone, options]);
  const made = formats.get(key);
  if (made) return made;
  const format = new Intl.DateTimeFormat("en-US", { ...options, timeZone });
  if (formats.size >= formatsMax) formats.clear();
  formats.set(key, format);
  return format;
}

/** "Sat, Dec 12, 2026, 7:30 PM" */
export const localTime = (iso: string, timeZone: string) =>
  formatIn(timeZone, {
    weekday: "short",
    month: "short",
    day: "numeric",
    year: "numeric",
    hour: "numeric",
    minute: "2-digit",
  })
    .format(new Date(iso))
    // Not on a line of its own; versions of ICU differ in the space.
    .replace(/\s([AP]M)$/, "\u00a0$1");

/** "Dec 12, 2026" */
export const localDate = (iso: string, timeZone: string) =>
  formatIn(timeZone, { dateStyle: "medium" }).format(new Date(iso));

const partOf = (iso: string, timeZone: string, timeZoneName: "longOffset" | "shortOffset") =>
  formatIn(timeZone, { timeZoneName })
    .formatToParts(new Date(iso))
    .find(({ type }) => type === "timeZoneName")?.value ?? "GMT";

/** "Warsaw time, GMT+1": the clock that a time is by. */
export function zoneName(iso: string, timeZone: string): string {
  const offset = partOf(iso, timeZone, "shortOffset");
  const place = timeZone.split("/").at(-1)?.replaceAll("_", " ");
  return timeZone.includes("/") ? `${place} time, ${offset}` : timeZone;
}

/** "+01:00" */
function offsetOf(iso: string, timeZone: string): string {
  const offset = partOf(iso, timeZone, "longOffset").slice("GMT".length);
  return offset === "" ? "+00:00" : offset;
}

const wallClock = (at: number, timeZone: string): string => {
  const iso = new Date(at).toISOString();
  const [sign = "+", hours = "0", minutes = "0"] = offsetOf(iso, timeZone).match(/[+-]|\d+/g) ?? [];
  const aheadMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  return new Date(at + aheadMs).toISOString();
};

/** "2026-12-12T19:30:00+01:00": what a machine reads, with the time at the venue. */
export const localIso = (iso: string, timeZone: string) =>
  wallClock(Date.parse(iso), timeZone).slice(0, 19) + offsetOf(iso, timeZone);

/** "2026-12-12T19:30": as the field of a form has it. */
export const localField = (iso: string, timeZone: string) => localIso(iso, timeZone).slice(0, 16);

/**
 * The moments, in UTC, at which the clock of a zone shows "2026-10-25T02:30": two where it is set back,
 * none where it is set forward. Undefined for what is no time or no zone: the API says what is wrong.
 */
export function momentsOf(local: string, timeZone: string): string[] | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc) || !isTimeZone(timeZone)) return undefined;
  const aheadMs = (at: number) => Date.parse(wallClock(at, timeZone)) - at;
  // No clock is set twice within these two days.
  const offsets = new Set([asUtc - dayMs, asUtc + dayMs].map(aheadMs));
  return [...offsets]
    .map((offset) => asUtc - offset)
    .filter((at) => at + aheadMs(at) === asUtc)
    .sort((one, other) => one - other)
    .map((at) => new Date(at).toISOString());
}

const dayMs = 24 * 60 * 60_000;

function isTimeZone(name: string): boolean {
  try {
    return formatIn(name, {}).format(0) !== "";
  } catch {
    return false;
  }
}
