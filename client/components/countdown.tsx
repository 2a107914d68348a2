"use client";

import { useEffect, useState } from "react";
import { formatClock, formatSpan } from "@/lib/format";

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
  const atRendering = Math.max(0, Math.ceil((end - renderedAt) / 1000));
  const [left, setLeft] = useState(atRendering);
  const [spoken, setSpoken] = useState("");

  useEffect(() => {
    const started = performance.now();
    let before = atRendering;
    const tick = () => {
      const elapsed = performance.now() - started;
      const now = Math.max(0, Math.ceil((end - renderedAt - elapsed) / 1000));
      setLeft(now);
      const passed = spokenAt.find((mark) => before > mark && now <= mark);
      if (passed) setSpoken(`${formatSpan(passed)} left to pay`);
      before = now;
    };
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [end, renderedAt, atRendering]);

  return (
    <div className={left <= 60 ? "countdown countdown-late" : "countdown"}>
      <div role="timer" aria-label="Time left to pay">
        <span className="countdown-clock" translate="no">{formatClock(left)}</span>
        <span className="countdown-words">{left > 0 ? "left to pay" : "time is up"}</span>
      </div>
      <progress max={total} value={left} aria-hidden="true" />
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
    </div>
  );
}
