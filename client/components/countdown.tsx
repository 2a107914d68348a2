"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { cameWithDocument, elapsedSince } from "@/lib/elapsed";
import { formatClock, formatSpan } from "@/lib/format";
import { useRefresh } from "./use-refresh";

type Props = { expiresAt: string; createdAt: string; renderedAt: number };

/** Spoken politely, at these many seconds left and never in between. */
const spokenAt = [600, 300, 60, 30, 10];

/**
 * The time left to pay. Counts from the server's clock at rendering, so that a wrong clock in the
 * browser does not matter. It only shows: the order itself decides when it is over.
 */
export function Countdown({ expiresAt, createdAt, renderedAt }: Props) {
  const end = Date.parse(expiresAt);
  const total = Math.max(1, Math.round((end - Date.parse(createdAt)) / 1000));
  const leftAfter = (elapsedMs: number) =>
    Math.max(0, Math.ceil((end - renderedAt - elapsedMs) / 1000));
  const left = useSyncExternalStore(
    everySecond,
    () => leftAfter(elapsedSince(renderedAt)),
    () => {
      // In the browser this is only called for what came with the document.
      if (typeof window !== "undefined") cameWithDocument(renderedAt);
      return leftAfter(0);
    },
  );
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
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}

/** Also at once when the page is seen again: timers of hidden pages run late or not at all. */
function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("pageshow", tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
    window.removeEventListener("pageshow", tick);
  };
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
