"use client";

import { useSyncExternalStore } from "react";
import { cameWithDocument, elapsedSince } from "@/lib/elapsed";

/** `renderedAt` is the server's clock at rendering: a wrong clock in the browser does not matter. */
export type Deadline = { expiresAt: string; renderedAt: number };

/** Whole seconds until the deadline, 0 from then on. It goes on without the API. */
export function useSecondsLeft({ expiresAt, renderedAt }: Deadline): number {
  const leftAfter = (elapsedMs: number) =>
    Math.max(0, Math.ceil((Date.parse(expiresAt) - renderedAt - elapsedMs) / 1000));
  return useSyncExternalStore(
    everySecond,
    () => leftAfter(elapsedSince(renderedAt)),
    () => {
      // In the browser this is only called for what came with the document.
      if (typeof window !== "undefined") cameWithDocument(renderedAt);
      return leftAfter(0);
    },
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
