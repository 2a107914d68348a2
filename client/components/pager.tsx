import type { Neighbours } from "@/lib/api/paging";
import { PageLink } from "./page-link";

type Props = Neighbours & {
  /** What the list holds: "tickets". */
  things: string;
  order?: keyof typeof orders;
  pathOf: (cursor?: string) => string;
};

/** Words for the first page, what comes before and what comes after. */
const orders = {
  new: ["Newest", "Newer", "Older"],
  date: ["Next", "Earlier", "Later"],
  price: ["Cheapest", "Cheaper", "Dearer"],
} as const;

/** To the neighbours of a page, and to the first. Cursors have no page numbers. */
export function Pager({ previous, next, things, order = "new", pathOf }: Props) {
  if (!previous && !next) return null;
  const [first, before, after] = orders[order];
  const links = [
    ...(previous ? [{ words: first, path: pathOf() }] : []),
    ...(previous ? [{ words: `${before} ${things}`, path: pathOf(previous) }] : []),
    ...(next ? [{ words: `${after} ${things}`, path: pathOf(next) }] : []),
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
