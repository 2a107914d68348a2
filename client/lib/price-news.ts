import { formatPrice } from "./format.ts";

export const priceChanged = (before: number, now: number): string =>
  `The price changed from ${formatPrice(before)} to ${formatPrice(now)}.`;

/** A price that the page has: from its rendering, or from a refusal. */
export type Told = { rendered: number; refused: number | undefined };
export type Seen = Told & { price: number; before: number | undefined };

export const firstSeen = ({ rendered, refused }: Told): Seen => {
  const price = refused ?? rendered;
  return { rendered, refused, price, before: price === rendered ? undefined : rendered };
};

/** What is told last counts; the same object when nothing was told. */
export function hearPrice(seen: Seen, told: Told): Seen {
  if (seen.rendered === told.rendered && seen.refused === told.refused) return seen;
  const refused = told.refused === seen.refused ? undefined : told.refused;
  const rendered = told.rendered === seen.rendered ? undefined : told.rendered;
  const price = refused ?? rendered ?? seen.price;
  return { ...told, price, before: price === seen.price ? seen.before : seen.price };
}
