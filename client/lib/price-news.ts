import { formatPrice } from "./format.ts";

export const priceChanged = (before: number, now: number): string =>
  `The price changed from ${formatPrice(before)} to ${formatPrice(now)}.`;

/** A price that the page has: from its rendering, or from a refusal. */
export type Prices = { rendered: number; refused: number | undefined };
export type Seen = Prices & { price: number; before: number | undefined };

export const firstSeen = ({ rendered, refused }: Prices): Seen => {
  const price = refused ?? rendered;
  return { rendered, refused, price, before: price === rendered ? undefined : rendered };
};

/** The latest price counts; the same object when there is no new one. */
export function newestPrice(seen: Seen, prices: Prices): Seen {
  if (seen.rendered === prices.rendered && seen.refused === prices.refused) return seen;
  const refused = prices.refused === seen.refused ? undefined : prices.refused;
  const rendered = prices.rendered === seen.rendered ? undefined : prices.rendered;
  const price = refused ?? rendered ?? seen.price;
  return { ...prices, price, before: price === seen.price ? seen.before : seen.price };
}
