import type { Neighbours } from "@/lib/api/paging";
import { PageLink } from "./page-link";

type Props = Neighbours & {
  /** What the list holds: "tickets". */
  things: string;
  pathOf: (cursor?: string) => string;
};

/** To the neighbours of a page, and to the first. Cursors have no page numbers. */
export function Pager({ previous, next, things, pathOf }: Props) {
  if (!previous && !next) return null;
  const links = [
    ...(previous ? [{ words: "Newest", path: pathOf() }] : []),
    ...(previous ? [{ words: `Newer ${things}`, path: pathOf(previous) }] : []),
    ...(next ? [{ words: `Older ${things}`, path: pathOf(next) }] : []),
  ];
  return (
    <nav aria-label="Pages" className="pager">
      {links.map(({ words, path }) => (
        <PageLink key={words} className="button button-quiet" href={path}>
          {words}
        </PageLink>
      ))}
    </nav>
  );
}
