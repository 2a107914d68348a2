// Any will do: addresses are only compared with it.
const here = "http://here.invalid";

/** Where to go after signing in: a path of this site for any `wanted`. It is resolved twice,
 *  because what a browser is sent to is resolved again: the path of "/.//a.example" is "//a.example". */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return "/";
  const url = URL.parse(wanted, here);
  if (!url || url.origin !== here) return "/";
  const path = url.pathname + url.search;
  const again = URL.parse(path, here);
  if (!again || again.origin !== here || again.pathname + again.search !== path) return "/";
  return /^\/auth(\/|$)/.test(url.pathname) ? "/" : path;
}

const reasons: [path: RegExp, reason: string][] = [
  [/^\/(tickets\/new|shows\/[^/]+\/sell)$/, "Sign in to sell a ticket."],
  [/^\/shows\/new$/, "Sign in to add a show."],
  [/^\/tickets\/[^/]+\/edit$/, "Sign in to change this ticket."],
  [/^\/tickets\/[^/]+$/, "Sign in to buy this ticket."],
  [/^\/orders$/, "Sign in to see your orders."],
  [/^\/orders\/[^/]+$/, "Sign in to see this order."],
  [/^\/orders\/[^/]+\/ticket$/, "Sign in to see your ticket."],
  [/^\/account$/, "Sign in to see your account."],
  [/^\/sell$/, "Sign in to see what you sell."],
];

/** Why a user on the way to `next` is asked to sign in. */
export const signInReason = (next: string) =>
  reasons.find(([path]) => path.test(next.split("?", 1)[0] ?? ""))?.[1];

export const signInPath = (next: string) => `/auth/signin?next=${encodeURIComponent(next)}`;
