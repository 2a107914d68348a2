import type { ShowQuery } from "@/lib/api/shows";

/** "Shows for “opera” in Łódź" */
export const titleOf = ({ q, city }: ShowQuery): string =>
  `Shows${q ? ` for “${q}”` : ""}${city ? ` in ${city}` : ""}`;
