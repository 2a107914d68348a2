/** Where the pages before and after a list's page begin, where there are any. */
export type Neighbours = { previous?: string | undefined; next?: string | undefined };

/** A page of a list: all of it, or what is after, or before, the cursor of a neighbour. */
export type PageQuery = { cursor?: string | undefined };

/** RFC 8288: the cursors in the targets of the links whose relations are `prev` and `next`. */
export function neighboursOf(headers: Headers): Neighbours {
  const found: Record<string, string> = {};
  for (const [, target, relation] of (headers.get("link") ?? "").matchAll(
    /<([^>]*)>\s*;\s*rel="?(\w+)"?/g,
  )) {
    const cursor = new URL(target ?? "", "http://api.invalid").searchParams.get("cursor");
    if (cursor && relation) found[relation] = cursor;
  }
  return { previous: found["prev"], next: found["next"] };
}

/** The query of a list's address: "?status=sold&cursor=abc", or nothing. */
export function searchOf(query: Record<string, string | number | undefined>): string {
  const asked = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return search.size > 0 ? `?${search}` : "";
}
