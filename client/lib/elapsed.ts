// How long ago the server rendered something, by the browser's clocks. The router keeps pages, so the
// same rendering comes back after Back; it must not start to count again then.

type Clocks = { steadyMs: number; wallMs: number };

/** By the time of the server's clock that a rendering carries. A page has few. */
const firstSeen = new Map<number, Clocks>();
const keptMax = 100;

const browserClocks = (): Clocks => ({ steadyMs: performance.now(), wallMs: Date.now() });

/**
 * The steady clock stands still in some browsers while the machine sleeps, and the wall clock may be
 * set: the one that has advanced further counts, so that the page never shows more time than is left.
 */
export function elapsedSince(renderedAt: number, now = browserClocks()): number {
  const then = firstSeen.get(renderedAt) ?? see(renderedAt, now);
  return Math.max(0, now.steadyMs - then.steadyMs, now.wallMs - then.wallMs);
}

/** Marks a rendering that came with the document, which began to arrive before any script ran. */
export function cameWithDocument(renderedAt: number, now = browserClocks()): void {
  const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const ageMs = load?.responseStart ? now.steadyMs - load.responseStart : 0;
  see(renderedAt, { steadyMs: now.steadyMs - ageMs, wallMs: now.wallMs - ageMs });
}

function see(renderedAt: number, then: Clocks): Clocks {
  if (firstSeen.size >= keptMax) firstSeen.clear();
  firstSeen.set(renderedAt, then);
  return then;
}
