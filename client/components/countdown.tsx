"use client";

import { useEffect, useRef, useState } from "react";
import { formatClock, formatSpan } from "@/lib/format";
import { useRefresh } from "./use-refresh";
import { type Deadline, useSecondsLeft } from "./use-seconds-left";

/** Spoken politely, at these many seconds left and never in between. */
const spokenAt = [600, 300, 60, 30, 10];

/**
 * The time left to pay. The order itself decides when it is over; until the API says so, the page
 * offers nothing any more that comes too late.
 */
export function Countdown({ createdAt, ...deadline }: Deadline & { createdAt: string }) {
  const end = Date.parse(deadline.expiresAt);
  const total = Math.max(1, Math.round((end - Date.parse(createdAt)) / 1000));
  const left = useSecondsLeft(deadline);
  const spoken = useSpoken(left);
  useRenewal();
  return (
    <div className={left <= 60 ? "countdown countdown-late" : "countdown"}>
      <div role="timer" aria-label="Time left to pay">
        <span className="countdown-clock" translate="no">
          {formatClock(left)}
        </span>
        <span className="countdown-words">{left > 0 ? "left to pay" : "time is up"}</span>
      </div>
      <progress max={total} value={left} aria-hidden="true" />
      {left === 0 && (
        <p>The order can no longer be paid. This page says how it ended as soon as we know.</p>
      )}
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

function useSpoken(left: number): string {
  const [spoken, setSpoken] = useState("");
  const before = useRef(left);
  useEffect(() => {
    const passed = spokenAt.find((mark) => before.current > mark && left <= mark);
    if (passed) setSpoken(`${formatSpan(passed)} left to pay`);
    if (left === 0 && before.current > 0) setSpoken("The time to pay is up.");
    before.current = left;
  }, [left]);
  return spoken;
}

/** Asks the server for the time when the page is seen again: the browser's clock may have been set. */
function useRenewal(): void {
  const refresh = useRefresh();
  useEffect(() => {
    const renew = () => void (document.hidden || refresh());
    document.addEventListener("visibilitychange", renew);
    return () => document.removeEventListener("visibilitychange", renew);
  }, [refresh]);
}
