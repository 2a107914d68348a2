const priceFormat = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** Major units, as the API sends them. */
export const formatPrice = (price: number) => priceFormat.format(price);

/** `timeZone` undefined means the reader's own, which only the browser knows. */
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

const unitFormat = (unit: "minute" | "second") =>
  new Intl.NumberFormat("en-US", { style: "unit", unit, unitDisplay: "long" });
const minuteFormat = unitFormat("minute");
const secondFormat = unitFormat("second");

/** 60 → "1 minute", 30 → "30 seconds"; for saying aloud. */
export const formatSpan = (seconds: number) =>
  seconds >= 60 ? minuteFormat.format(Math.round(seconds / 60)) : secondFormat.format(seconds);

/** The last of an id is its random part: enough to tell two stubs apart by eye. */
export const formatSerial = (id: string) => id.slice(-6).toUpperCase();
