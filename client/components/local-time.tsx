"use client";

import { useSyncExternalStore } from "react";
import { formatDateTime } from "@/lib/format";

const never = () => () => {};

/** A moment in the reader's own time zone; in UTC, and saying so, until script has loaded. */
export function LocalTime({ iso }: { iso: string }) {
  const text = useSyncExternalStore(
    never,
    () => formatDateTime(iso),
    () => `${formatDateTime(iso, "UTC")} UTC`,
  );
  return <time dateTime={iso}>{text}</time>;
}
