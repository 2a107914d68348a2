import type { Show } from "@/lib/api/types.gen";
import { localTime, zoneName } from "@/lib/show-time";

type Props = { show: Pick<Show, "startsAt" | "venue">; named?: boolean };

/** By the clock at the venue, for every reader; `named` says which clock that is. */
export function ShowTime({ show: { startsAt, venue }, named = false }: Props) {
  const time = localTime(startsAt, venue.timeZone);
  return (
    <time dateTime={startsAt}>
      {named ? `${time} (${zoneName(startsAt, venue.timeZone)})` : time}
    </time>
  );
}
