/**
 * Keeps what `read` answers for `keepMs`, and that it had no answer (undefined) for `retryMs`.
 * Callers at the same time share one reading.
 */
export function kept<Thing>(
  read: () => Promise<Thing | undefined>,
  keepMs: number,
  retryMs: number,
  now: () => number = Date.now,
): () => Promise<Thing | undefined> {
  let current: Promise<Thing | undefined> | undefined;
  let until = 0;
  return () => {
    if (current && now() < until) return current;
    until = Infinity;
    current = read().then((thing) => {
      until = now() + (thing === undefined ? retryMs : keepMs);
      return thing;
    });
    return current;
  };
}
