import { formatPrice } from "@/lib/format";

/** An amount of money in an element of its own, which translators leave alone. */
export function Price({ amount }: { amount: number }) {
  return <span translate="no">{formatPrice(amount)}</span>;
}
