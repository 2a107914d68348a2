"use client";

import { useEffect } from "react";

type Props = { error: Error & { digest?: string }; reset: () => void };

/** A page that failed in an unexpected way. */
export function Broken({ error, reset }: Props) {
  const isOfOldRelease = error.name === "ChunkLoadError";
  useEffect(() => {
    if (isOfOldRelease) void loadNewRelease();
  }, [isOfOldRelease]);
  return (
    <div className="empty" role="alert">
      <h1>Something went wrong</h1>
      <p>Your connection may have dropped, or it is on our side. Try again in a moment.</p>
      <button type="button" className="button button-primary" onClick={reset}>
        Try again
      </button>
      {error.digest && (
        <p className="empty-reference" translate="no">
          {`Reference ${error.digest}`}
        </p>
      )}
    </div>
  );
}

/** After an update no server may have the scripts of a page that has been open since before it: the
 *  whole document comes with those of now. Not twice at one address within a minute, in case scripts
 *  are missing for another reason; and not while the shop cannot be reached, when this page says more
 *  than the browser's own. */
async function loadNewRelease(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (!answer?.ok || !mayReload(location.pathname)) return;
  location.reload();
}

function mayReload(path: string): boolean {
  const key = `loaded-again ${path}`;
  try {
    const last = Number(sessionStorage.getItem(key));
    sessionStorage.setItem(key, String(Date.now()));
    return Date.now() - last > 60_000;
  } catch {
    return false; // a browser that keeps nothing could go on for ever
  }
}
