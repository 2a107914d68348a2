import type { Settings } from "./api/types.gen.ts";

const priceFormat = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** Major units, as the API sends them. */
export const formatPrice = (price: number) => priceFormat.format(price);

/** `timeZone` undefined means the reader’s own, which only the browser has. */
export const formatDateTime = (iso: string, timeZone?: string) =>
  new Intl.DateTimeFormat("en-US", {
    dateStyle: "medium",
    timeStyle: "short",
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(iso));

const twoDigits = new Intl.NumberFormat("en-US", { minimumIntegerDigits: 2 });

/** 871 → "14:31" */
export const formatClock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${twoDigits.format(seconds % 60)}`;

const unitFormat = (unit: "hour" | "minute" | "second") =>
  new Intl.NumberFormat("en-US", { style: "unit", unit, unitDisplay: "long" });
const second = { seconds: 1, format: unitFormat("second") };
const units = [
  { seconds: 3600, format: unitFormat("hour") },
  { seconds: 60, format: unitFormat("minute") },
];

/** 120 → "2 minutes", 90 → "90 seconds": in the largest unit that is exact. */
export function formatSpan(seconds: number): string {
  const exact = (unit: { seconds: number }) => seconds > 0 && seconds % unit.seconds === 0;
  const unit = units.find(exact) ?? second;
  return unit.format.format(seconds / unit.seconds);
}

/** " for 15 minutes", or nothing while it is not known how long that is. */
export const forHold = (settings: Pick<Settings, "holdSeconds"> | undefined) =>
  settings ? ` for ${formatSpan(settings.holdSeconds)}` : "";

/** " At most 200 characters.", or nothing while the limit is not known. */
export const titleLimit = (settings: Pick<Settings, "titleCharactersMax"> | undefined) =>
  settings ? ` At most ${settings.titleCharactersMax} characters.` : "";

export const priceRange = (settings: Pick<Settings, "priceMin" | "priceMax"> | undefined) =>
  settings && `From ${formatPrice(settings.priceMin)} to ${formatPrice(settings.priceMax)}.`;

const mebibyte = 1024 * 1024;

/** 5242880 → "5 MB", 61 → "61 bytes" */
export const formatBytes = (bytes: number) =>
  bytes < mebibyte ? `${bytes} bytes` : `${Math.floor(bytes / mebibyte)} MB`;

/** The last of an id is its random part: enough to distinguish two stubs by eye. */
export const formatSerial = (id: string) => id.slice(-6).toUpperCase();
