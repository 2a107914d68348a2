// What changes of an offer under the page that its buyer looks at: the price, and the seller's promise.
import type { Refused } from "./api/transport.ts";
import { formatPrice } from "./format.ts";
import { promiseChanged } from "./what-you-get.ts";

export const priceChanged = (before: number, now: number): string =>
  `The price changed from ${formatPrice(before)} to ${formatPrice(now)}.`;

/** What an order is refused with that was not for what its buyer saw, as the API has it now. */
export type ChangedOffer = {
  message: string;
  price?: number | undefined;
  filePromised?: boolean | undefined;
};

/** Nothing of any other refusal. */
export function changedOffer(
  { slug, complaints: [complaint] }: Refused,
  priceSeen: number,
): ChangedOffer | undefined {
  const notOrdered = "You have not ordered the ticket.";
  const { price, filePromised } = complaint?.params ?? {};
  if (slug === "price_changed" && price !== undefined)
    return {
      message: `${priceChanged(priceSeen, Number(price))} ${notOrdered}`,
      price: Number(price),
    };
  if (slug === "promise_changed" && filePromised !== undefined)
    return {
      message: `${promiseChanged(Boolean(filePromised))} ${notOrdered}`,
      filePromised: Boolean(filePromised),
    };
  return undefined;
}

/** A value that the page has: from its rendering, or from a refusal. */
export type Sources<Value> = { rendered: Value; refused: Value | undefined };
export type Seen<Value> = Sources<Value> & { value: Value; before: Value | undefined };

export const firstSeen = <Value>({ rendered, refused }: Sources<Value>): Seen<Value> => {
  const value = refused ?? rendered;
  return { rendered, refused, value, before: value === rendered ? undefined : rendered };
};

/** The latest value counts; the same object when there is no new one. */
export function newest<Value>(seen: Seen<Value>, sources: Sources<Value>): Seen<Value> {
  if (seen.rendered === sources.rendered && seen.refused === sources.refused) return seen;
  const refused = sources.refused === seen.refused ? undefined : sources.refused;
  const rendered = sources.rendered === seen.rendered ? undefined : sources.rendered;
  const value = refused ?? rendered ?? seen.value;
  return { ...sources, value, before: value === seen.value ? seen.before : seen.value };
}
